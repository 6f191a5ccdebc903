/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

/**
 * Content that is made of another one: bytes of its own, then the other from some byte on. A message
 * with changed header fields is its new header and the body as stored.
 */
public final class DerivedContent {

    /** The other content as it is. */
    public static final DerivedContent SAME = new DerivedContent(new byte[0], 0);

    private final byte[] start;
    private final long from;

    /**
     * Content that begins differently.
     *
     * @param start its own bytes; not changed afterwards
     * @param from the first byte of the other content that follows; at most its size
     */
    public DerivedContent(byte[] start, long from) {
        if (from < 0) {
            throw new IllegalArgumentException("content cannot go on at byte " + from);
        }
        this.start = start;
        this.from = from;
    }

    /** Its own bytes; not to be changed. */
    public byte[] start() {
        return start;
    }

    /** Where the other content goes on. */
    public long from() {
        return from;
    }

    /**
     * How long it is.
     *
     * @param size of the other content
     * @throws IllegalArgumentException if it would go on behind the end of that
     */
    public long size(long size) {
        if (from > size) {
            throw new IllegalArgumentException(
                    "content of " + size + " bytes cannot go on at byte " + from);
        }
        return start.length + size - from;
    }
}
