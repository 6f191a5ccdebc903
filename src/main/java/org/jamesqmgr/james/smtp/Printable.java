/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.nio.charset.StandardCharsets;

/** What a client says, made fit for a log or a mail. */
final class Printable {

    /** A longer line is cut. */
    static final int LONGEST = 512;

    private static final String CUT = " ... (cut)";

    private Printable() {}

    /** On one line, without end marks and control characters, cut if too long. */
    static String line(CharSequence said) {
        String text = said.toString().strip();
        String kept = text.length() > LONGEST ? text.substring(0, LONGEST) + CUT : text;
        return kept.replaceAll("\\p{Cntrl}", "?");
    }

    static String line(byte[] said) {
        return line(new String(said, StandardCharsets.UTF_8));
    }
}
