/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeUtility;

/**
 * Writes the parts of a parsed message without harm.
 *
 * <p>A parsed header line holds one char per byte that was read, so that ISO-8859-1 gives the bytes
 * back. James writes ASCII and makes every other byte a question mark; it also leaves the last bytes
 * of a base64 body in the encoder.
 */
final class MessageBytes {

    private static final char LAST_BYTE = 0xFF;
    private static final String LINE_END = "\r\n";

    private MessageBytes() {}

    /** Writes header lines and the empty line that ends them. */
    static void writeHeader(Enumeration<String> lines, OutputStream out) throws IOException {
        for (String line : Collections.list(lines)) {
            out.write((line + LINE_END).getBytes(charset(line)));
        }
        out.write(LINE_END.getBytes(StandardCharsets.US_ASCII));
    }

    /** Encodes and writes a body that exists as an object, changed since it was read. */
    static void writeNewBody(MimeMessage message, OutputStream out)
            throws IOException, MessagingException {
        OutputStream encoder = MimeUtility.encode(out, message.getEncoding());
        message.getDataHandler().writeTo(encoder);
        encoder.flush();
    }

    /** Chars that no byte can have been come from a mailet that set Unicode text. */
    private static Charset charset(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) > LAST_BYTE) {
                return StandardCharsets.UTF_8;
            }
        }
        return StandardCharsets.ISO_8859_1;
    }
}
