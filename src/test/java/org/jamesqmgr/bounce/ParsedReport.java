/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.mail.BodyPart;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.ContentType;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * A report as two parsers see it that know nothing of each other, mime4j and JavaMail, which must agree; and as RFC 5321
 * and RFC 2045 want its bytes.
 *
 * @param text of the part for people, decoded
 * @param status blocks of fields, unfolded
 * @param originalText the third part, as utf-8
 */
record ParsedReport(
        MimeMessage mail,
        String text,
        List<Map<String, String>> status,
        String originalText,
        List<BodyPart> parts) {

    private static final int LINE_LIMIT = 998;

    static ParsedReport of(byte[] report) throws Exception {
        assertThatBytesAreLegal(report);
        MimeMessage mail =
                new MimeMessage(
                        Session.getInstance(new Properties()), new ByteArrayInputStream(report));
        List<BodyPart> parts = parts((MimeMultipart) mail.getContent());
        assertThat(parts).hasSize(3);
        List<byte[]> bodies = new ArrayList<>();
        for (BodyPart part : parts) {
            bodies.add(body(part));
            assertThatEncodingIsTrue(part, bodies.get(bodies.size() - 1));
        }
        assertThat(bodiesByMime4j(report)).containsExactlyElementsOf(bodies);
        Charset charset =
                Charset.forName(
                        new ContentType(parts.get(0).getContentType()).getParameter("charset"));
        return new ParsedReport(
                mail,
                new String(bodies.get(0), charset),
                fields(bodies.get(1)),
                new String(bodies.get(2), StandardCharsets.UTF_8),
                parts);
    }

    Map<String, String> recipient(int number) {
        return status.get(number);
    }

    static void assertThatBytesAreLegal(byte[] mail) {
        int length = 0;
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\r') {
                assertThat(mail[i + 1]).as("after CR at %d", i).isEqualTo((byte) '\n');
            } else if (mail[i] == '\n') {
                assertThat(mail[i - 1]).as("before LF at %d", i).isEqualTo((byte) '\r');
                length = 0;
            } else {
                assertThat(mail[i]).as("byte at %d", i).isNotZero();
                length++;
                assertThat(length).as("line at %d", i).isLessThanOrEqualTo(LINE_LIMIT);
            }
        }
    }

    private static void assertThatEncodingIsTrue(BodyPart part, byte[] body)
            throws MessagingException {
        boolean eightBit = false;
        for (byte each : body) {
            eightBit |= each < 0;
        }
        assertThat(part.getHeader("Content-Transfer-Encoding"))
                .containsExactly(eightBit ? "8bit" : "7bit");
    }

    private static List<BodyPart> parts(MimeMultipart multipart) throws MessagingException {
        assertThat(multipart.isComplete()).isTrue();
        List<BodyPart> parts = new ArrayList<>();
        for (int i = 0; i < multipart.getCount(); i++) {
            parts.add(multipart.getBodyPart(i));
        }
        return parts;
    }

    private static byte[] body(BodyPart part) throws IOException, MessagingException {
        return part.getInputStream().readAllBytes();
    }

    /** Throws at the first thing that is not as it should be. */
    private static List<byte[]> bodiesByMime4j(byte[] report) throws IOException, MimeException {
        MimeTokenStream tokens =
                new MimeTokenStream(MimeConfig.custom().setStrictParsing(true).build());
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        tokens.parse(new ByteArrayInputStream(report));
        List<byte[]> bodies = new ArrayList<>();
        for (EntityState state = tokens.getState();
                state != EntityState.T_END_OF_STREAM;
                state = tokens.next()) {
            if (state == EntityState.T_BODY) {
                bodies.add(tokens.getInputStream().readAllBytes());
            }
        }
        return bodies;
    }

    private static List<Map<String, String>> fields(byte[] body) {
        String text = new String(body, StandardCharsets.US_ASCII);
        List<Map<String, String>> blocks = new ArrayList<>();
        for (String block : text.replaceAll("\r\n +", " ").split("\r\n\r\n", -1)) {
            Map<String, String> fields = new LinkedHashMap<>();
            block.lines()
                    .map(line -> line.split(": ", 2))
                    .forEach(
                            field ->
                                    assertThat(fields.put(field[0], field[1]))
                                            .as("two of %s", field[0])
                                            .isNull());
            blocks.add(fields);
        }
        return blocks;
    }
}
