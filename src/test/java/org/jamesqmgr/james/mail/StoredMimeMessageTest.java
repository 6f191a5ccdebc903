/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.james.mail.RawMessages.EIGHT_BIT;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import javax.mail.internet.MimeMultipart;
import org.apache.james.server.core.MailImpl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What mailets and James's own deliveries get when they write out a message of ours. */
@Tag("Q1")
class StoredMimeMessageTest {

    private static final String[] NOTHING = {};

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#all")
    void untouchedMessageShouldBeWrittenByteForByte(String raw) throws Exception {
        assertThat(written(message(raw), NOTHING)).isEqualTo(raw);
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#all")
    void copyMadeByJamesShouldHaveTheSameBytes(String raw) throws Exception {
        MailImpl mail = MailImpl.builder().name("mail").build();
        mail.setMessageNoCopy(message(raw));
        MailImpl copy = MailImpl.duplicate(mail);

        assertThat(StoredBytes.of(MailContent.of(copy)).asLatin1()).isEqualTo(raw);
        copy.dispose();
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#regular")
    void streamAfterAHeaderChangeShouldKeepAllOtherBytes(String raw) throws Exception {
        StoredMimeMessage message = message(raw);
        message.setHeader("X-Added", "value");

        try (InputStream in = message.getMessageInputStream()) {
            assertThat(new String(in.readAllBytes(), ISO_8859_1))
                    .isEqualTo("X-Added: value\r\n" + raw);
        }
    }

    @Test
    void headerChangeShouldBeCompletedOnDeliveryAsJamesDoes() throws Exception {
        StoredMimeMessage message = message(EIGHT_BIT);
        message.setHeader("X-Added", "value");

        String written = written(message, NOTHING);

        assertThat(written).endsWith(EIGHT_BIT).contains("X-Added: value\r\n", "Message-ID: ");
    }

    @Test
    void ignoredHeadersShouldBeLeftOutAndNothingElse() throws Exception {
        StoredMimeMessage message = message("Bcc: b@x.example\r\n" + EIGHT_BIT);

        assertThat(written(message, "bcc", "Content-Length")).isEqualTo(EIGHT_BIT);
        assertThat(message.isModified()).isFalse();
    }

    @Test
    void headerAndBodyShouldGoToTheirOwnStreams() throws Exception {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();

        message("A: \u00e9\r\n\r\nbody\u00e9").writeTo(header, body);

        assertThat(header.toString(ISO_8859_1)).isEqualTo("A: \u00e9\r\n\r\n");
        assertThat(body.toString(ISO_8859_1)).isEqualTo("body\u00e9");
    }

    @Test
    void repositoryThatLoadsTheMessageFirstShouldGetTheSameBytes() throws Exception {
        StoredMimeMessage message = message(EIGHT_BIT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        message.loadMessage();
        message.writeTo(out, out, null, true);

        assertThat(out.toString(ISO_8859_1)).isEqualTo(EIGHT_BIT);
    }

    @Test
    void replacedBodyShouldBeWrittenToItsLastByte() throws Exception {
        StoredMimeMessage message = message(EIGHT_BIT);
        message.setText("\u6f22\u5b57".repeat(100) + "e", "UTF-8");
        message.setHeader("Content-Transfer-Encoding", "base64");

        StoredMimeMessage again = message(written(message, NOTHING));

        assertThat(again.getContent()).isEqualTo("\u6f22\u5b57".repeat(100) + "e");
        assertThat(again.getHeader("Subject")).containsExactly(message.getHeader("Subject"));
        try (InputStream in = message.getMessageInputStream()) {
            assertThat(new String(in.readAllBytes(), ISO_8859_1))
                    .contains(RawMessages.utf8("Subject: \u017c\u00f3\u0142w \ud83d\udce7\r\n"));
        }
    }

    @Test
    void contentShouldBeReadableAgainAndAgain() throws Exception {
        StoredMimeMessage message =
                message(
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                                + "--b\r\n\r\nfirst\r\n"
                                + "--b\r\nContent-Transfer-Encoding: base64\r\n\r\nc2Vjb25k\r\n"
                                + "--b--\r\n");

        for (int i = 0; i < 2; i++) {
            MimeMultipart parts = (MimeMultipart) message.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getBodyPart(0).getContent()).isEqualTo("first");
            assertThat(parts.getBodyPart(1).getContent()).isEqualTo("second");
        }
    }

    @Test
    void encodedBodyShouldBeDecodedForMailetsAlsoAfterAHeaderChange() throws Exception {
        StoredMimeMessage message =
                message("Content-Transfer-Encoding: base64\r\n\r\nc2Vjb25k\r\n");
        message.setHeader("X-Added", "value");

        assertThat(message.getInputStream()).hasContent("second");
        assertThat(message.getRawInputStream()).hasContent("c2Vjb25k\r\n");
        assertThat(message.getSize()).isEqualTo("c2Vjb25k\r\n".length());
    }

    private static StoredMimeMessage message(String raw) {
        return new StoredMimeMessage(StoredMails.ID, StoredBytes.of(raw), () -> {});
    }

    private static String written(StoredMimeMessage message, String... ignored) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeTo(out, ignored);
        return out.toString(ISO_8859_1);
    }
}
