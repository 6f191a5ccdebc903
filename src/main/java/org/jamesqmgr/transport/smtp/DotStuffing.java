/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

/**
 * Content as it goes over the wire (RFC 5321 section 4.5.2): a line that begins with a dot gets a
 * second one, and lines end with CR LF. A bare LF counts as a line end, as Postfix takes it, and
 * becomes CR LF; so does a missing end of the last line. All other bytes, a bare CR among them, stay
 * what they are, and no line is broken however long it is.
 *
 * <p>For one message, by one thread.
 */
final class DotStuffing {

    private boolean lineStart = true;
    private boolean afterReturn;

    /** Space that {@link #stuff} may need. */
    static int room(int length) {
        return 2 * length;
    }

    /**
     * Next piece of the content.
     *
     * @param to with {@link #room} for it
     * @return how many bytes of {@code to} were written
     */
    int stuff(byte[] from, int length, byte[] to) {
        int written = 0;
        for (int i = 0; i < length; i++) {
            byte octet = from[i];
            if (octet == '\n' ? !afterReturn : lineStart && octet == '.') {
                to[written++] = octet == '\n' ? (byte) '\r' : (byte) '.';
            }
            to[written++] = octet;
            lineStart = octet == '\n';
            afterReturn = octet == '\r';
        }
        return written;
    }

    /** What ends the content: the end of its last line, if that is missing, and the lone dot. */
    String end() {
        return lineStart ? ".\r\n" : "\r\n.\r\n";
    }
}
