/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Lines of standard input, which may be endless, binary, or one endless line. Read once. */
final class IdStream implements Iterable<String> {

    /** No id is so long; the rest of the line does not matter. */
    private static final int LONGEST = 300;

    private final InputStream in;

    IdStream(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    @Override
    public Iterator<String> iterator() {
        return new Iterator<>() {
            private String next = line();

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public String next() {
                if (next == null) {
                    throw new NoSuchElementException();
                }
                String line = next;
                next = line();
                return line;
            }
        };
    }

    /** Null at the end. */
    private String line() {
        try {
            StringBuilder line = new StringBuilder();
            int c = in.read();
            if (c < 0) {
                return null;
            }
            for (; c >= 0 && c != '\n'; c = in.read()) {
                if (line.length() < LONGEST) {
                    line.append((char) c);
                }
            }
            return line.toString();
        } catch (IOException e) {
            throw FatalException.badRequest("cannot read standard input: " + e.getMessage());
        }
    }
}
