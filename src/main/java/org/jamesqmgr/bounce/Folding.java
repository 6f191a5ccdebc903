/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.ArrayList;
import java.util.List;

/**
 * Long text as lines, broken at blanks; a word that is too long even for a line of its own is torn. No line is blank, so
 * a folded field stays one field.
 *
 * @param width what a line should not exceed, in characters
 * @param longest what a line never exceeds, in characters; more than {@code width}
 * @param indent of every line but the first: blanks
 */
record Folding(int width, int longest, String indent) {

    /** What RFC 5322 allows a line, in bytes. */
    static final int LINE_LIMIT = 998;

    /** For people; short enough for any character set, none of which needs five bytes for a character. */
    static final Folding PARAGRAPH = new Folding(79, 190, "    ");

    /** For ASCII fields of the delivery status. */
    static final Folding STATUS = new Folding(79, 900, "    ");

    /** For ASCII fields of the header. */
    static final Folding HEADER = new Folding(78, 900, " ");

    /** For what must not get a blank more: addresses and the like. */
    static final Folding RIGID = new Folding(900, 901, " ");

    /** A line for people that a mail can carry, as it is; a longer one folded. */
    static List<String> asWritten(String line) {
        return line.length() <= PARAGRAPH.longest ? List.of(line) : PARAGRAPH.lines(line);
    }

    List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int end = text.stripTrailing().length();
        int from = 0;
        String start = "";
        while (start.length() + end - from > width) {
            int next = breakAt(text, from, end, start.length());
            if (next == end) {
                break;
            }
            lines.add(start + text.substring(from, next).stripTrailing());
            from = next;
            while (text.charAt(from) == ' ') {
                from++;
            }
            start = indent;
        }
        lines.add(start + text.substring(from, end));
        return lines;
    }

    private int breakAt(String text, int from, int end, int used) {
        int word = from;
        while (text.charAt(word) == ' ') {
            word++;
        }
        int before = text.lastIndexOf(' ', from + width - used);
        if (before > word) {
            return before;
        }
        int after = text.indexOf(' ', word);
        int wordEnd = after < 0 || after > end ? end : after;
        int limit = from + longest - used;
        return wordEnd <= limit ? wordEnd : SafeText.whole(text, limit);
    }
}
