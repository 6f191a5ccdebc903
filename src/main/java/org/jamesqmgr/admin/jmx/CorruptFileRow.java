/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** A damaged file. */
public interface CorruptFileRow {

    /** Of the file: the message's id, with a number behind it if there are several. */
    String getName();

    /** Of the file. */
    long getSize();

    /** When it was changed last. */
    long getModified();

    /** What is wrong with it, as far as that can be said by looking again. */
    String getReason();

    /** Whether the envelope can be shown. */
    boolean isEnvelopeReadable();

    /** Where the content of the message begins in the file; -1 if that cannot be told. */
    long getContentOffset();
}
