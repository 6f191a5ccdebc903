/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.mail.internet.MimeUtility;

/** The header of a mail or of a part, built field by field: ASCII, folded, nothing of it a field of somebody else's. */
final class HeaderLines {

    /** What a subject may have, in characters. */
    private static final int LONGEST_SUBJECT = 250;

    private static final String CRLF = "\r\n";

    private static final Pattern ATOMS = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*");

    private final List<String> lines = new ArrayList<>();

    /** A field with a value that is folded at its blanks. */
    HeaderLines field(String name, String value) {
        lines.addAll(Folding.HEADER.lines(name + ": " + SafeText.ascii(value)));
        return this;
    }

    /** A field whose blanks matter, an address for example. */
    HeaderLines rigid(String name, String value) {
        lines.addAll(Folding.RIGID.lines(name + ": " + SafeText.ascii(value)));
        return this;
    }

    /** A field of free text in any language (RFC 2047). */
    HeaderLines text(String name, String text, Charset charset) {
        String safe = SafeText.blanked(text).strip();
        int end = Math.min(safe.length(), LONGEST_SUBJECT);
        String whole = end == 0 ? "" : safe.substring(0, SafeText.whole(safe, end));
        // what looks encoded would be shown as something else
        return field(name, encoded(whole.replace("=?", "= ?"), charset));
    }

    /** A line of its own as it is: short, ASCII, ours. */
    HeaderLines line(String line) {
        lines.add(line);
        return this;
    }

    byte[] bytes() {
        return (String.join(CRLF, lines) + CRLF).getBytes(StandardCharsets.US_ASCII);
    }

    /** With the empty line that ends the header. */
    void writeTo(OutputStream out) throws IOException {
        out.write(bytes());
        out.write(CRLF.getBytes(StandardCharsets.US_ASCII));
    }

    /** A display name as it stands before an address. */
    static String phrase(String name, Charset charset) {
        if (ATOMS.matcher(name).matches()) {
            return name;
        }
        return name.chars().allMatch(c -> c < 0x7f)
                ? '"' + name.replaceAll("([\"\\\\])", "\\\\$1") + '"'
                : encoded(name, charset);
    }

    private static String encoded(String text, Charset charset) {
        try {
            Charset able = MailText.able(charset, List.of(text));
            return MimeUtility.encodeText(text, able.name(), null);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("a charset Java knows: " + charset, e);
        }
    }
}
