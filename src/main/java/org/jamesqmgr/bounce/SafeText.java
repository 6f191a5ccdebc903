/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words of others made fit for a mail: replies of servers, addresses, names of envelopes. What comes out of here ends
 * no line and begins no field.
 */
final class SafeText {

    /** As much of a reply as reports quote, in characters. */
    static final int LONGEST = 4000;

    private static final int HIGHEST_ASCII = 0x7e;
    private static final Pattern XTEXT = Pattern.compile("\\+([0-9A-F]{2})");

    private SafeText() {}

    /** Blanks for whatever would end or disturb a line, tabs included; a question mark for half a character. */
    static String blanked(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().map(SafeText::blanked).forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static int blanked(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
            case Character.SURROGATE -> '?';
            default -> character;
        };
    }

    /** Blanked, and cut after {@link #LONGEST} characters, with a mark that says so. */
    static String bounded(String text) {
        if (text.length() <= LONGEST) {
            return blanked(text);
        }
        return blanked(text.substring(0, whole(text, LONGEST)))
                + " [cut here: "
                + text.length()
                + " characters in all]";
    }

    /**
     * Blanked, with {@code \x{E9}} for what is not ASCII: the notation that RFC 6533 has for addresses in reports which
     * are not allowed 8-bit text. Nothing is lost, and every parser of reports can read it.
     */
    static String ascii(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().map(SafeText::blanked).forEach(each -> appendAscii(safe, each));
        return safe.toString();
    }

    private static void appendAscii(StringBuilder safe, int character) {
        if (character <= HIGHEST_ASCII) {
            safe.append((char) character);
        } else {
            safe.append("\\x{")
                    .append(Integer.toHexString(character).toUpperCase(Locale.ROOT))
                    .append('}');
        }
    }

    /** What was meant by xtext (RFC 3461, 4): {@code +3D} is an equals sign. What is none stays as it is. */
    static String xtextDecoded(String xtext) {
        return XTEXT.matcher(xtext)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        String.valueOf(
                                                (char) Integer.parseInt(found.group(1), 16))));
    }

    /** The end of a piece of at most so many characters that does not tear one apart. */
    static int whole(String text, int end) {
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }
}
