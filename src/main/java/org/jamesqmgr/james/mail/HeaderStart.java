/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Keeps the header of a message that passes by, up to a limit. The header ends with the first empty
 * line, which is kept too. One thread at a time.
 */
final class HeaderStart {

    private static final String MESSAGE_ID = "message-id";

    /** RFC 5322 allows 998 characters in a line. */
    private static final int LONGEST_VALUE = 998;

    private static final int BUFFER = 8 * 1024;

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int limit;
    private boolean lineEmpty = true;
    private boolean ended;

    HeaderStart(int limit) {
        this.limit = limit;
    }

    /**
     * Takes bytes until the header has ended or the limit is reached.
     *
     * @return how many were taken
     */
    int take(byte[] bytes, int offset, int length) {
        int room = Math.min(length, limit - kept.size());
        int taken = 0;
        while (taken < room && !ended) {
            look(bytes[offset + taken]);
            taken++;
        }
        kept.write(bytes, offset, taken);
        return taken;
    }

    private void look(byte b) {
        ended = b == '\n' && lineEmpty;
        lineEmpty = b == '\n' || (lineEmpty && b == '\r');
    }

    /**
     * Takes from a stream until the header has ended, the limit is reached or nothing comes. More
     * may have been read.
     */
    void takeFrom(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int length = 0;
        while (length >= 0 && !ended && !full()) {
            length = in.read(buffer);
            take(buffer, 0, Math.max(0, length));
        }
    }

    /**
     * Whether all agree on its lines: it has no CR alone, at which some end a line, and no line of
     * nothing but spaces, at which some end the header.
     */
    boolean undisputed() {
        byte[] header = kept.toByteArray();
        int line = 0; // where it starts
        boolean spaces = true; // and nothing else so far
        for (int i = 0; i < header.length; i++) {
            byte b = header[i];
            if (b == '\r') {
                if (i + 1 == header.length || header[i + 1] != '\n') {
                    return false;
                }
            } else if (b == '\n') {
                int end = i > line && header[i - 1] == '\r' ? i - 1 : i;
                if (spaces && end > line) {
                    return false;
                }
                line = i + 1;
                spaces = true;
            } else {
                spaces &= b >= 0 && b <= ' ';
            }
        }
        return true;
    }

    boolean ended() {
        return ended;
    }

    int size() {
        return kept.size();
    }

    boolean full() {
        return kept.size() >= limit;
    }

    byte[] bytes() {
        return kept.toByteArray();
    }

    /** The Message-ID field as it stands, unfolded; empty if there is none in what was kept. */
    String messageId() {
        String header = kept.toString(StandardCharsets.ISO_8859_1);
        for (int line = 0; line >= 0 && line < header.length(); line = nextLine(header, line)) {
            if (header.regionMatches(true, line, MESSAGE_ID, 0, MESSAGE_ID.length())) {
                String rest = field(header, line).substring(MESSAGE_ID.length()).strip();
                if (rest.startsWith(":")) {
                    return rest.substring(1).strip();
                }
            }
        }
        return "";
    }

    /** A line and those that continue it, without the line ends. */
    private static String field(String header, int start) {
        int end = nextLine(header, start);
        while (end >= 0 && end < header.length() && " \t".indexOf(header.charAt(end)) >= 0) {
            end = nextLine(header, end);
        }
        int last = Math.min(end < 0 ? header.length() : end, start + LONGEST_VALUE);
        return SPACES.matcher(header.substring(start, last)).replaceAll(" ");
    }

    private static int nextLine(String header, int from) {
        int end = header.indexOf('\n', from);
        return end < 0 ? -1 : end + 1;
    }
}
