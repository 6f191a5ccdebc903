/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

/**
 * Something in the file that an administrator has to change.
 *
 * @param line where, counted from 1; less than 1 if the place is not known
 * @param text what was found and what is allowed, in one line
 */
record Problem(int line, String text) {

    static Problem with(XmlElement element, String text) {
        return new Problem(element.line(), "%s: %s".formatted(element.startTag(), text));
    }

    static Problem malformed(int line, int column, String reason) {
        String inOneLine = reason.replaceAll("\\p{Cntrl}+", " ");
        String place = column < 1 ? "" : "column %d: ".formatted(column);
        return new Problem(line, place + inOneLine + " (allowed: well-formed XML without DOCTYPE)");
    }

    String in(String file) {
        return line < 1
                ? "%s: %s".formatted(file, text)
                : "%s line %d: %s".formatted(file, line, text);
    }
}
