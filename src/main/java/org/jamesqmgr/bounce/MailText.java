/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jamesqmgr.store.ContentWriter;

/**
 * Text as the body of a part: lines with CRLF in a character set that has all of it. Each line is encoded alone, so that
 * sets with shift states end each in ASCII.
 */
final class MailText implements ContentWriter {

    private final Charset charset;
    private final byte[] bytes;

    private MailText(Charset charset, byte[] bytes) {
        this.charset = charset;
        this.bytes = bytes;
    }

    static MailText of(List<String> lines, Charset preferred) {
        Charset charset = able(preferred, lines);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : lines) {
            bytes.writeBytes(line.getBytes(charset));
            bytes.write('\r');
            bytes.write('\n');
        }
        return new MailText(charset, bytes.toByteArray());
    }

    /** The preferred one if it has every character, else utf-8: no reply is made illegible. */
    static Charset able(Charset preferred, List<String> lines) {
        CharsetEncoder encoder = preferred.newEncoder();
        return lines.stream().allMatch(encoder::canEncode) ? preferred : StandardCharsets.UTF_8;
    }

    /** The value of a Content-Type. */
    String type() {
        return "text/plain; charset=" + charset.name().toLowerCase(Locale.ROOT);
    }

    String transferEncoding() {
        for (byte each : bytes) {
            if (each < 0) {
                return transferEncoding(true);
            }
        }
        return transferEncoding(false);
    }

    /** The value of a Content-Transfer-Encoding. */
    static String transferEncoding(boolean eightBit) {
        return eightBit ? "8bit" : "7bit";
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }
}
