/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/**
 * The mail that is reported on, as part of the report.
 *
 * <p>RFC 2046, 5.2.1 allows no encoding of a mail inside a mail, so what neither 7bit nor 8bit may carry is mended as
 * Postfix's SMTP client mends it: a lone LF becomes CRLF, a lone CR and a NUL become a blank, a line of more than 998
 * bytes goes on in another one that begins with a blank. Mail that is in order stays as it is, byte for byte. Blanks in
 * front of the first line are left out: they would make it part of the Return-Path that we put there.
 *
 * <p>Headers end at the first empty line, or before the line with which they would exceed {@link #HEADER_LIMIT} bytes;
 * a last field says so then.
 *
 * <p>Streams; the same bytes each time.
 */
final class EmbeddedOriginal implements ContentWriter {

    /** As much of a header as reports carry, in bytes: what Postfix takes of one. */
    static final int HEADER_LIMIT = 102_400;

    private static final int BUFFER = 8192;
    private static final byte[] CUT =
            ("X-Header-Cut: longer than " + HEADER_LIMIT + " bytes\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private final Content content;
    private final byte[] returnPath;
    private final boolean headersOnly;

    /**
     * A mail to embed.
     *
     * @param returnPath the sender in angle brackets
     */
    EmbeddedOriginal(Content content, String returnPath, Report.Original amount) {
        this.content = content;
        this.returnPath = new HeaderLines().rigid("Return-Path", returnPath).bytes();
        this.headersOnly = amount == Report.Original.HEADERS;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(returnPath);
        Mending mending = new Mending(out);
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = content.open()) {
            int length = in.read(buffer);
            while (length >= 0 && !mending.ended) {
                for (int i = 0; i < length && !mending.ended; i++) {
                    mending.take(buffer[i]);
                }
                length = mending.ended ? -1 : in.read(buffer);
            }
        }
        mending.finish();
    }

    /** One pass over the bytes; holds a line at most. */
    private final class Mending {

        private final OutputStream out;
        private final byte[] line = new byte[Folding.LINE_LIMIT];
        private int length;
        private long written;
        private boolean begun;
        private boolean afterReturn;
        private boolean ended;

        Mending(OutputStream out) {
            this.out = out;
        }

        void take(byte next) throws IOException {
            if (afterReturn && next != '\n') {
                put((byte) ' ');
            }
            afterReturn = next == '\r';
            if (next == '\n') {
                endLine();
            } else if (!afterReturn) {
                put(next == 0 ? (byte) ' ' : next);
            }
        }

        private void put(byte next) throws IOException {
            if (ended || (!begun && (next == ' ' || next == '\t'))) {
                return;
            }
            begun = true;
            if (length == line.length) {
                breakLine();
            }
            line[length++] = next;
        }

        private void breakLine() throws IOException {
            int end = wholeCharacters();
            int rest = length - end;
            write(end);
            line[0] = ' ';
            System.arraycopy(line, end, line, 1, rest);
            length = rest + 1;
        }

        /** Where a piece ends that does not tear a character of UTF-8 apart, if this is UTF-8. */
        private int wholeCharacters() {
            for (int end = length - 1; end > length - 4; end--) {
                if ((line[end] & 0xC0) != 0x80) {
                    return end;
                }
            }
            return length - 1;
        }

        private void endLine() throws IOException {
            begun = true;
            if (headersOnly && length == 0) {
                ended = true;
                return;
            }
            write(length);
            length = 0;
        }

        private void write(int end) throws IOException {
            if (ended) {
                return;
            }
            if (headersOnly && written + end + 2 > HEADER_LIMIT) {
                out.write(CUT);
                ended = true;
                return;
            }
            out.write(line, 0, end);
            out.write('\r');
            out.write('\n');
            written += end + 2;
        }

        /** A last line without an end gets none: the delimiter that follows begins with one. */
        void finish() throws IOException {
            if (afterReturn) {
                put((byte) ' ');
            }
            if (!ended && length > 0) {
                out.write(line, 0, length);
            }
        }
    }
}
