/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.james.mail.RawMessages.EIGHT_BIT;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.base.test.FakeMail;
import org.jamesqmgr.store.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("Q1")
class MailContentTest {

    private static final String RAW = "org.jamesqmgr.james.mail.RawMessages";

    private final List<MimeMessageWrapper> received = new ArrayList<>();

    @AfterEach
    void tidyUp() {
        System.clearProperty(MimeMessageWrapper.USE_MEMORY_COPY);
        received.forEach(MimeMessageWrapper::dispose);
    }

    @Nested
    class Untouched {

        @ParameterizedTest
        @MethodSource(RAW + "#all")
        void receivedMessageShouldBeStoredByteForByte(String raw) throws Exception {
            assertThat(stored(received(raw))).isEqualTo(raw);
        }

        @ParameterizedTest
        @MethodSource(RAW + "#all")
        void storedMessageShouldBeStoredAgainByteForByte(String raw) throws Exception {
            assertThat(stored(fromStore(raw))).isEqualTo(raw);
        }

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void headersReadByMailetsShouldMakeNoDifference(String raw) throws Exception {
            for (MimeMessageWrapper message : wrappers(raw)) {
                assertThat(message.getAllHeaderLines().hasMoreElements()).isTrue();

                assertThat(stored(message)).isEqualTo(raw);
            }
        }

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void bodyReadByMailetsShouldMakeNoDifference(String raw) throws Exception {
            for (MimeMessageWrapper message : wrappers(raw)) {
                message.loadMessage();

                assertThat(stored(message)).isEqualTo(raw);
            }
        }

        @ParameterizedTest
        @MethodSource(RAW + "#all")
        void storedMessageReadByMailetsShouldStayAsItIsWhateverItsForm(String raw)
                throws Exception {
            StoredMimeMessage message = fromStore(raw);
            message.loadMessage();

            assertThat(stored(message)).isEqualTo(raw);
        }

        @Test
        void copyHeldInMemoryShouldKeepItsBytes() throws Exception {
            System.setProperty(MimeMessageWrapper.USE_MEMORY_COPY, "true");
            MimeMessageWrapper copy = new MimeMessageWrapper(fromStore(EIGHT_BIT));
            assertThat(copy.getSourceId()).isNull();

            assertThat(stored(copy)).isEqualTo(EIGHT_BIT);
        }

        @Test
        void mailWithoutMessageShouldHaveNoContent() throws Exception {
            FakeMail mail = FakeMail.builder().name("mail").build();

            assertThat(StoredBytes.of(MailContent.of(mail)).size()).isZero();
        }
    }

    @Nested
    class HeaderTouched {

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void restOfTheMessageShouldKeepEveryByte(String raw) throws Exception {
            for (MimeMessageWrapper message : wrappers(raw)) {
                message.addHeader("X-Added", "value");

                assertThat(stored(message)).isEqualTo(withHeader("X-Added: value", raw));
            }
        }

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void readingTheBodyAsWellShouldMakeNoDifference(String raw) throws Exception {
            for (MimeMessageWrapper message : wrappers(raw)) {
                message.addHeader("X-Added", "value");
                message.loadMessage();

                assertThat(stored(message)).isEqualTo(withHeader("X-Added: value", raw));
            }
        }

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void bytesShouldSurviveAWholeChainOfChanges(String raw) throws Exception {
            MimeMessageWrapper message = received(raw);
            for (int i = 0; i < 3; i++) {
                message.setHeader("X-Pass", "pass " + i);
                message = fromStore(stored(message));
            }
            message.removeHeader("X-Pass");

            assertThat(stored(message)).isEqualTo(raw);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        Subject: bare LF\\nX: \u00e9\\n\\nbody\\n  | body\\n
                        Subject: bare CR\\rX: \u00e9\\r\\rbody\\r | body\\r
                        Subject: no empty line\\r\\n              | ''
                        Subject: no line end                      | ''
                        \\r\\nno header\\r\\n                     | no header\\r\\n
                        """)
        void irregularMessageShouldKeepItsBody(String raw, String body) throws Exception {
            StoredMimeMessage message = fromStore(raw.translateEscapes());
            message.addHeader("X-Added", "value");

            assertThat(stored(message))
                    .contains("X-Added: value\r\n")
                    .endsWith("\r\n\r\n" + body.translateEscapes());
        }

        @Test
        void lastHeaderRemovedShouldLeaveAnEmptyHeader() throws Exception {
            for (MimeMessageWrapper message : wrappers("A: 1\r\n\r\nB: body\r\n")) {
                message.removeHeader("A");

                assertThat(stored(message)).isEqualTo("\r\nB: body\r\n");
            }
        }

        @Test
        void unicodeSetByAMailetShouldBeWrittenAsUtf8() throws Exception {
            for (MimeMessageWrapper message : wrappers("A: 1\r\n\r\nbody")) {
                message.setHeader("A", "\u017c\ud83d\udce7");

                assertThat(stored(message))
                        .isEqualTo(RawMessages.utf8("A: \u017c\ud83d\udce7\r\n\r\nbody"));
            }
        }

        @Test
        void callersMessageShouldStayAsItIs() throws Exception {
            MimeMessageWrapper message = received("Subject: x\r\n\r\nbody");
            message.addHeader("X-Added", "value");

            assertThat(stored(message)).isEqualTo("X-Added: value\r\nSubject: x\r\n\r\nbody");
            assertThat(message.getMessageID()).isNull();
            assertThat(message.getHeader("MIME-Version")).isNull();
        }

        @Test
        void copyHeldInMemoryShouldKeepItsBytes() throws Exception {
            System.setProperty(MimeMessageWrapper.USE_MEMORY_COPY, "true");
            MimeMessageWrapper copy = new MimeMessageWrapper(fromStore(EIGHT_BIT));
            copy.addHeader("X-Added", "value");

            assertThat(stored(copy))
                    .contains(EIGHT_BIT.substring(0, EIGHT_BIT.indexOf("\r\n\r\n")))
                    .contains("\r\nX-Added: value\r\n")
                    .endsWith(EIGHT_BIT.substring(EIGHT_BIT.indexOf("\r\n\r\n")));
        }
    }

    @Nested
    class BodyReplaced {

        @Test
        void newTextShouldArriveToItsLastByteAndTheHeaderKeepIts8BitBytes() throws Exception {
            String text = "\u017c\u00f3\u0142w ".repeat(100) + "end";
            for (MimeMessageWrapper message : wrappers(EIGHT_BIT)) {
                message.setText(text, "UTF-8");

                String stored = stored(message);

                assertThat(parsed(stored).getContent()).isEqualTo(text);
                assertThat(parsed(stored).getEncoding()).isIn("base64", "quoted-printable");
                assertThat(stored)
                        .contains(RawMessages.utf8("Subject: \u017c\u00f3\u0142w \ud83d\udce7\r\n"))
                        .contains("Received: from \u00e9\u00ff\u0080\r\n\tby here; \u00c3(\r\n");
            }
        }

        @Test
        void base64ShouldNotLoseItsEnd() throws Exception {
            String text = "\u6f22\u5b57".repeat(100) + "e";
            for (MimeMessageWrapper message : wrappers("Subject: x\r\n\r\nold")) {
                message.setText(text, "UTF-8");
                message.setHeader("Content-Transfer-Encoding", "base64");

                MimeMessage parsed = parsed(stored(message));

                assertThat(parsed.getEncoding()).isEqualTo("base64");
                assertThat(parsed.getContent()).isEqualTo(text);
            }
        }

        @Test
        void newMultipartShouldArriveWithItsHeaderCompleted() throws Exception {
            for (MimeMessageWrapper message : wrappers(EIGHT_BIT)) {
                message.setContent(multipart());

                MimeMessage parsed = parsed(stored(message));

                assertThat(parsed.getContentType()).startsWith("multipart/mixed; ");
                assertThat(parsed.getMessageID()).isNotNull();
                MimeMultipart content = (MimeMultipart) parsed.getContent();
                assertThat(content.getCount()).isEqualTo(2);
                assertThat(content.getBodyPart(1).getContent()).isEqualTo("second");
            }
        }

        @Test
        void messageIdShouldBeKept() throws Exception {
            for (MimeMessageWrapper message : wrappers("Message-ID: <a@b>\r\n\r\nold")) {
                message.setText("new");

                assertThat(parsed(stored(message)).getMessageID()).isEqualTo("<a@b>");
            }
        }

        @Test
        void bodyThatNobodyCanEncodeShouldBeRefused() throws Exception {
            for (MimeMessageWrapper message : wrappers("Subject: x\r\n\r\nold")) {
                message.setContent(new Object(), "application/x-unknown");

                assertThatThrownBy(() -> stored(message)).isInstanceOf(IOException.class);
            }
        }
    }

    @Nested
    class JavaMailsOwnMessages {

        @ParameterizedTest
        @MethodSource(RAW + "#regular")
        void parsedMessageShouldKeepItsBytes(String raw) throws Exception {
            assertThat(stored(parsed(raw))).isEqualTo(raw);
        }

        @Test
        void headersReadAsUtf8ShouldBeWrittenAsUtf8() throws Exception {
            String raw = RawMessages.utf8("Subject: \u017c\ud83d\udce7\r\n\r\nbody");
            Properties properties = new Properties();
            properties.setProperty("mail.mime.allowutf8", "true");
            MimeMessage message =
                    new MimeMessage(
                            Session.getInstance(properties),
                            new ByteArrayInputStream(raw.getBytes(ISO_8859_1)));

            assertThat(stored(message)).isEqualTo(raw);
        }

        @Test
        void messageMadeByAMailetShouldBeCompletedAsJamesDoes() throws Exception {
            MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
            message.setSubject("caf\u00e9", "UTF-8");
            message.setText("\u017c\u00f3\u0142w", "UTF-8");

            MimeMessage parsed = parsed(stored(message));

            assertThat(parsed.getSubject()).isEqualTo("caf\u00e9");
            assertThat(parsed.getContent()).isEqualTo("\u017c\u00f3\u0142w");
            assertThat(parsed.getMessageID()).isNotNull();
        }
    }

    @Nested
    class Comparison {

        @ParameterizedTest
        @MethodSource(RAW + "#all")
        void untouchedMessageShouldBeTheSame(String raw) throws Exception {
            assertThat(content(fromStore(raw)).sameAs(StoredBytes.of(raw))).isTrue();
        }

        @Test
        void changeThatChangesNothingShouldBeTheSame() throws Exception {
            for (MimeMessageWrapper message : wrappers(EIGHT_BIT)) {
                message.removeHeader("X-Not-There");
                assertThat(message.isModified()).isTrue();

                assertThat(content(message).sameAs(StoredBytes.of(EIGHT_BIT))).isTrue();
            }
        }

        @Test
        void changedHeaderShouldDiffer() throws Exception {
            MimeMessageWrapper message = fromStore(EIGHT_BIT);
            message.setHeader("Subject", "other");

            assertThat(content(message).sameAs(StoredBytes.of(EIGHT_BIT))).isFalse();
        }

        @Test
        void changedBodyShouldDiffer() throws Exception {
            MimeMessageWrapper message = fromStore("Subject: x\r\n\r\nold");
            message.setText("new");

            assertThat(content(message).sameAs(StoredBytes.of("Subject: x\r\n\r\nold"))).isFalse();
        }

        @ParameterizedTest
        @CsvSource({"A: 1", "A: 1bX", "A: 1a", "'', "})
        void everyOtherContentShouldDiffer(String other) throws Exception {
            StoredBytes stored = StoredBytes.of(other == null ? "" : other);

            assertThat(content(fromStore("A: 1b")).sameAs(stored)).isFalse();
        }

        @Test
        void mailWithoutMessageShouldEqualNoContentOnly() throws Exception {
            MailContent nothing = MailContent.of(FakeMail.builder().name("mail").build());

            assertThat(nothing.sameAs(StoredBytes.of(""))).isTrue();
            assertThat(nothing.sameAs(StoredBytes.of("x"))).isFalse();
        }

        @Test
        void unreadableStoreShouldBeAnErrorNotADifference() {
            assertThatThrownBy(() -> content(fromStore("A: 1\r\n\r\n")).sameAs(new Unreadable()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("gone");
        }

        @Test
        void unreadableMailShouldBeAnErrorNotADifference() {
            MimeMessageWrapper message =
                    new StoredMimeMessage(StoredMails.ID, new Unreadable(), () -> {});

            assertThatThrownBy(() -> content(message).sameAs(StoredBytes.of("A: 1\r\n\r\n")))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("gone");
        }
    }

    /** As the SMTP server and as our queue hand it on. */
    private Iterable<MimeMessageWrapper> wrappers(String raw) throws MessagingException {
        return Stream.of(received(raw), fromStore(raw)).toList();
    }

    private MimeMessageWrapper received(String raw) throws MessagingException {
        MimeMessageWrapper message =
                new MimeMessageWrapper(
                        MimeMessageInputStreamSource.create(
                                "received", new ByteArrayInputStream(raw.getBytes(ISO_8859_1))));
        received.add(message);
        return message;
    }

    private static StoredMimeMessage fromStore(String raw) {
        return new StoredMimeMessage(StoredMails.ID, StoredBytes.of(raw), () -> {});
    }

    private static MimeMessage parsed(String raw) throws MessagingException {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(raw.getBytes(ISO_8859_1)));
    }

    private static MailContent content(MimeMessage message) throws MessagingException {
        return MailContent.of(FakeMail.builder().name("mail").mimeMessage(message).build());
    }

    private static String stored(MimeMessage message) throws MessagingException, IOException {
        return StoredBytes.of(content(message)).asLatin1();
    }

    private static MimeMultipart multipart() throws MessagingException {
        MimeBodyPart first = new MimeBodyPart();
        first.setText("first");
        MimeBodyPart second = new MimeBodyPart();
        second.setText("second");
        return new MimeMultipart(first, second);
    }

    /** James puts a header field that is new above all those it has read. */
    private static String withHeader(String line, String raw) {
        return line + "\r\n" + raw;
    }

    private static final class Unreadable implements Content {
        @Override
        public long size() {
            return 10;
        }

        @Override
        public InputStream open() throws IOException {
            throw new IOException("gone");
        }
    }
}
