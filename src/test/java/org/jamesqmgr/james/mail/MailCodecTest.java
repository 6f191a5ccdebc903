/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.james.mail.StoredMails.NOW;
import static org.jamesqmgr.james.mail.StoredMails.SPOOL;
import static org.jamesqmgr.james.mail.StoredMails.queued;
import static org.jamesqmgr.james.mail.StoredMails.restored;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.MalformedURLException;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.mailbox.model.MessageIdDto;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.ArbitrarySerializable;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.EnvId;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.DsnParameters.Ret;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("Q1")
class MailCodecTest {

    private static final AttributeName ATTRIBUTE = AttributeName.of("org.example.attribute");

    private final MailCodec codec = new MailCodec();

    static Stream<String> awkwardTexts() {
        return Stream.of(
                "plain",
                " ",
                "quotes ' \" ` and \\ backslash \\u0041",
                "lines\r\nand\ttabs\n",
                "../../etc/passwd",
                "C:\\spool\\mail",
                "NUL \u0000 DEL \u007f BEL \u0007",
                "caf\u00e9 \u017c\u00f3\u0142w \u6f22\u5b57",
                "emoji \ud83d\udce7",
                "high half \ud83d",
                "low half \udce7 and reversed \udce7\ud83d",
                "\u2028\u2029\ufeff\uffff\ufffe\ufffd",
                "{\"json\": [1]}",
                "x".repeat(100_000));
    }

    @Nested
    class Fields {

        @ParameterizedTest
        @MethodSource("org.jamesqmgr.james.mail.MailCodecTest#awkwardTexts")
        void everyTextShouldComeBack(String text) throws Exception {
            MailImpl mail = MailImpl.builder().name(text).build();
            mail.setState(text);
            mail.setErrorMessage(text);
            mail.setRemoteHost(text);
            mail.setRemoteAddr(text);

            MailImpl restored = restored(mail);

            assertThat(restored.getName()).isEqualTo(text);
            assertThat(restored.getState()).isEqualTo(text);
            assertThat(restored.getErrorMessage()).isEqualTo(text);
            assertThat(restored.getRemoteHost()).isEqualTo(text);
            assertThat(restored.getRemoteAddr()).isEqualTo(text);
        }

        @Test
        void emptyTextsShouldComeBackEmpty() throws Exception {
            MailImpl mail = mail();
            mail.setState("");
            mail.setErrorMessage("");
            mail.setRemoteHost("");
            mail.setRemoteAddr("");

            MailImpl restored = restored(mail);

            assertThat(restored.getState()).isEmpty();
            assertThat(restored.getErrorMessage()).isEmpty();
            assertThat(restored.getRemoteHost()).isEmpty();
            assertThat(restored.getRemoteAddr()).isEmpty();
        }

        @Test
        void absentFieldsShouldStayAbsent() throws Exception {
            MailImpl mail = mail();
            mail.setState(null);
            mail.setErrorMessage(null);
            mail.setRemoteHost(null);
            mail.setRemoteAddr(null);
            mail.setLastUpdated(null);

            MailImpl restored = restored(mail);

            assertThat(restored.getState()).isNull();
            assertThat(restored.getErrorMessage()).isNull();
            assertThat(restored.getRemoteHost()).isNull();
            assertThat(restored.getRemoteAddr()).isNull();
            assertThat(restored.getLastUpdated()).isNull();
            assertThat(restored.attributes()).isEmpty();
            assertThat(restored.getPerRecipientSpecificHeaders().getHeadersByRecipient().isEmpty())
                    .isTrue();
        }

        @ParameterizedTest
        @ValueSource(longs = {0, -1, 1_795_449_451_004L, Long.MAX_VALUE, Long.MIN_VALUE})
        @SuppressWarnings("JavaUtilDate") // James's mails speak it
        void lastUpdateShouldComeBackToTheMillisecond(long millis) throws Exception {
            MailImpl mail = mail();
            mail.setLastUpdated(new Date(millis));

            assertThat(restored(mail).getLastUpdated().getTime()).isEqualTo(millis);
        }

        @Test
        void envelopeShouldBePureAscii() throws Exception {
            String text = "\u017c\ud83d \u0000\u00e9";
            MailImpl mail = MailImpl.builder().name(text).build();
            mail.setAttribute(new Attribute(AttributeName.of(text), AttributeValue.of(text)));

            Map<String, String> attributes = envelope(mail).attributes();

            assertThat(attributes.values()).isNotEmpty().allMatch(value -> value.matches("[ -~]*"));
        }

        @Test
        void nameShouldBeReadableWithoutBuildingTheMail() throws Exception {
            assertThat(codec.nameOf(envelope(MailImpl.builder().name("a/\"b\"").build())))
                    .isEqualTo("a/\"b\"");
        }

        @Test
        void envelopeThatHoldsNoMailShouldBeRefused() {
            Envelope envelope =
                    new Envelope(
                            SPOOL,
                            MaybeSender.nullSender(),
                            List.of(),
                            NOW,
                            NOW,
                            NOW,
                            5,
                            Map.of(),
                            DeliveryOptions.NONE);

            assertThatThrownBy(() -> codec.mailOf(queued(envelope, 0), StoredBytes.of("")))
                    .isInstanceOf(MailQueueException.class);
        }

        @ParameterizedTest
        @CsvSource({
            "name, unquoted",
            "state, 17",
            "last_updated, yesterday",
            "attributes, {",
            "recipient_headers, '[\"a@b.example\"]'",
            "recipient_headers, '[\"nobody\", \"X\", \"y\"]'"
        })
        void damagedFieldShouldBeRefused(String key, String value) throws Exception {
            Envelope sound = envelope(mail());
            Map<String, String> fields = new HashMap<>(sound.attributes());
            fields.put(key, value);
            Envelope damaged =
                    new Envelope(
                            SPOOL,
                            MaybeSender.nullSender(),
                            List.of(),
                            NOW,
                            NOW,
                            NOW,
                            5,
                            fields,
                            DeliveryOptions.NONE);

            assertThatThrownBy(() -> codec.mailOf(queued(damaged, 0), StoredBytes.of("")))
                    .isInstanceOf(MailQueueException.class);
        }
    }

    @Nested
    class Addresses {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "user@example.com",
                    "User.Name+Tag@example.com",
                    "\"quoted local\"@example.com",
                    "\"with@at\"@example.com",
                    "\"esc\\\"aped \\\\ \"@example.com",
                    "\"/etc/pass\\\\wd\"@example.com",
                    "\"\u017c\u00f3\u0142w \ud83d\udce7\"@example.com",
                    "\"nul \\\u0000\"@example.com",
                    "back\\ slash@example.com",
                    "user@[127.0.0.1]",
                    "user@localhost"
                })
        void addressesShouldComeBackCharByChar(String text) throws Exception {
            MailAddress address = new MailAddress(text);
            MailImpl mail =
                    MailImpl.builder().name("m").sender(address).addRecipient(address).build();

            MailImpl restored = restored(mail);

            assertThat(restored.getMaybeSender().asString()).isEqualTo(address.asString());
            assertThat(restored.getRecipients())
                    .extracting(MailAddress::asString)
                    .containsExactly(address.asString());
        }

        @Test
        void nullSenderShouldComeBack() throws Exception {
            MailImpl mail = mail();
            mail.setSender(MailAddress.nullSender());

            assertThat(restored(mail).getMaybeSender().isNullSender()).isTrue();
        }

        @Test
        void recipientsShouldKeepOrderAndRepetition() throws Exception {
            MailImpl mail =
                    MailImpl.builder()
                            .name("m")
                            .addRecipients("b@x.example", "a@x.example", "b@x.example")
                            .build();

            assertThat(restored(mail).getRecipients())
                    .extracting(MailAddress::asString)
                    .containsExactly("b@x.example", "a@x.example", "b@x.example");
        }

        @Test
        void recipientsThatAreDoneShouldNotComeBack() throws Exception {
            MailImpl mail =
                    MailImpl.builder()
                            .name("m")
                            .addRecipients("done@x.example", "open@x.example")
                            .build();
            QueuedMessage whole = queued(envelope(mail), 0);
            QueuedMessage half =
                    new QueuedMessage(
                            whole.id(),
                            whole.queue(),
                            whole.envelope(),
                            List.of(
                                    new Recipient(
                                            new MailAddress("done@x.example"),
                                            Recipient.State.DONE),
                                    Recipient.pending(new MailAddress("open@x.example"))),
                            whole.status(),
                            List.of(),
                            0);

            assertThat(codec.mailOf(half, StoredBytes.of("")).getRecipients())
                    .containsExactly(new MailAddress("open@x.example"));
        }

        @Test
        void recipientThatWouldNotReadBackShouldBeRefusedByName() throws Exception {
            MailAddress halfSurrogate = new MailAddress("\"\ud83d\"@example.com");
            MailImpl mail = MailImpl.builder().name("m").addRecipient(halfSurrogate).build();

            assertThatThrownBy(() -> envelope(mail))
                    .isInstanceOf(MailQueueException.class)
                    .hasMessageContaining(halfSurrogate.asString());
        }

        @Test
        void nullSenderAsRecipientShouldBeRefused() {
            MailImpl mail =
                    MailImpl.builder().name("m").addRecipient(MailAddress.nullSender()).build();

            assertThatThrownBy(() -> envelope(mail))
                    .isInstanceOf(MailQueueException.class)
                    .hasMessageContaining("<>");
        }

        @Test
        void senderThatWouldNotReadBackShouldBeRefusedByName() throws Exception {
            MailImpl mail = mail();
            mail.setSender(new MailAddress("\"\udce7\"@example.com"));

            assertThatThrownBy(() -> envelope(mail)).isInstanceOf(MailQueueException.class);
        }

        @Test
        void recipientOfAHeaderThatWouldNotReadBackShouldBeRefused() throws Exception {
            MailImpl mail = mail();
            mail.addSpecificHeaderForRecipient(
                    header("X", "y"), new MailAddress("\"\ud83d\"@example.com"));

            assertThatThrownBy(() -> envelope(mail)).isInstanceOf(MailQueueException.class);
        }
    }

    @Nested
    class HeadersPerRecipient {

        @ParameterizedTest
        @MethodSource("org.jamesqmgr.james.mail.MailCodecTest#awkwardTexts")
        void everyValueShouldComeBack(String value) throws Exception {
            assertComesBack(header("X-Header", value));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ":", ": ", ": a", "a: b: c", "a:", "folded\r\n value", "\n"})
        void valuesThatLookLikeSeparatorsShouldComeBack(String value) throws Exception {
            assertComesBack(header("X-Header", value));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "X ", "\r", "\u0000", "\u00e9\ud83d"})
        void awkwardNamesShouldComeBack(String name) throws Exception {
            assertComesBack(header(name, "value"));
        }

        @Test
        void headersOfSeveralRecipientsShouldKeepTheirOrder() throws Exception {
            MailAddress first = new MailAddress("first@x.example");
            MailAddress second = new MailAddress("\"second one\"@x.example");
            MailImpl mail = mail();
            mail.addSpecificHeaderForRecipient(header("B", "1"), first);
            mail.addSpecificHeaderForRecipient(header("A", "2"), second);
            mail.addSpecificHeaderForRecipient(header("A", "3"), first);
            mail.addSpecificHeaderForRecipient(header("B", "1"), first);

            assertThat(restored(mail).getPerRecipientSpecificHeaders())
                    .isEqualTo(mail.getPerRecipientSpecificHeaders());
        }

        private void assertComesBack(Header header) throws Exception {
            MailAddress recipient = new MailAddress("rcpt@x.example");
            MailImpl mail = mail();
            mail.addSpecificHeaderForRecipient(header, recipient);

            assertThat(
                            restored(mail)
                                    .getPerRecipientSpecificHeaders()
                                    .getHeadersForRecipient(recipient))
                    .containsExactly(header);
        }
    }

    static Stream<AttributeValue<?>> attributeValues() throws MalformedURLException {
        return Stream.of(
                AttributeValue.of(true),
                AttributeValue.of(false),
                AttributeValue.of(0),
                AttributeValue.of(Integer.MIN_VALUE),
                AttributeValue.of(1L),
                AttributeValue.of(Long.MAX_VALUE),
                AttributeValue.of(Long.MIN_VALUE),
                AttributeValue.of(0.1f),
                AttributeValue.of(Float.MIN_VALUE),
                AttributeValue.of(Float.MAX_VALUE),
                AttributeValue.of(Float.NaN),
                AttributeValue.of(Float.NEGATIVE_INFINITY),
                AttributeValue.of(-0.0),
                AttributeValue.of(Double.MIN_VALUE),
                AttributeValue.of(Double.MAX_VALUE),
                AttributeValue.of(Double.NaN),
                AttributeValue.of(Double.POSITIVE_INFINITY),
                AttributeValue.of(""),
                AttributeValue.of("text \ud83d \u0000"),
                AttributeValue.of(ZonedDateTime.parse("2026-10-25T02:30:00+02:00[Europe/Paris]")),
                AttributeValue.of(ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Paris]")),
                AttributeValue.of(ZonedDateTime.parse("1900-01-01T00:00:00.000000001-05:30")),
                AttributeValue.of(new MessageIdDto("id")),
                AttributeValue.of(new URL("https://x.example/a?b=c#d")),
                AttributeValue.of(new Serial("value")),
                AttributeValue.of(Optional.empty()),
                AttributeValue.of(Optional.of(AttributeValue.of("inner"))),
                AttributeValue.of(List.of()),
                AttributeValue.of(List.of(AttributeValue.of(1), AttributeValue.of("two"))),
                AttributeValue.of(Map.<String, AttributeValue<?>>of()),
                AttributeValue.of(
                        Map.<String, AttributeValue<?>>of(
                                "", AttributeValue.of(1),
                                "\ud83d", AttributeValue.of(List.of(AttributeValue.of(2L))),
                                "nested",
                                        AttributeValue.of(
                                                Map.<String, AttributeValue<?>>of(
                                                        "serializer", AttributeValue.of(true))))));
    }

    @Nested
    class Attributes {

        @ParameterizedTest
        @MethodSource("org.jamesqmgr.james.mail.MailCodecTest#attributeValues")
        void everyKindOfValueShouldComeBack(AttributeValue<?> value) throws Exception {
            MailImpl mail = mail();
            mail.setAttribute(ATTRIBUTE.withValue(value));

            assertThat(restored(mail).getAttribute(ATTRIBUTE)).contains(ATTRIBUTE.withValue(value));
        }

        @Test
        void bytesShouldComeBack() throws Exception {
            byte[] bytes = new byte[256];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) i;
            }
            MailImpl mail = mail();
            mail.setAttribute(ATTRIBUTE.withValue(AttributeValue.of(bytes)));

            assertThat(restored(mail).getAttribute(ATTRIBUTE))
                    .hasValueSatisfying(
                            attribute ->
                                    assertThat((byte[]) attribute.getValue().value())
                                            .isEqualTo(bytes));
        }

        @ParameterizedTest
        @MethodSource("org.jamesqmgr.james.mail.MailCodecTest#awkwardTexts")
        void everyNameShouldComeBack(String name) throws Exception {
            Attribute attribute = new Attribute(AttributeName.of(name), AttributeValue.of(name));
            MailImpl mail = mail();
            mail.setAttribute(attribute);

            assertThat(restored(mail).attributes()).containsExactly(attribute);
        }

        @Test
        void dsnParametersShouldComeBack() throws Exception {
            DsnParameters parameters =
                    DsnParameters.builder()
                            .envId(EnvId.of("QQ314159"))
                            .ret(Ret.HDRS)
                            .addRcptParameter(
                                    new MailAddress("a@x.example"),
                                    RecipientDsnParameters.of(
                                            EnumSet.of(Notify.FAILURE, Notify.DELAY),
                                            new MailAddress("\"orig inal\"@x.example")))
                            .addRcptParameter(
                                    new MailAddress("\"b c\"@x.example"),
                                    RecipientDsnParameters.of(EnumSet.of(Notify.NEVER)))
                            .build()
                            .orElseThrow();
            MailImpl mail = mail();
            mail.setDsnParameters(parameters);

            assertThat(restored(mail).dsnParameters()).contains(parameters);
        }

        @Test
        void attributesThatCannotBeStoredShouldBeLeftOutAndNamedInOneWarning() throws Exception {
            MailImpl mail = mail();
            mail.setAttribute(attribute("object", AttributeValue.ofUnserializable(new Object())));
            mail.setAttribute(attribute("failing", AttributeValue.of(new Unwritable())));
            mail.setAttribute(attribute("kept", AttributeValue.of("value")));

            MailImpl restored;
            try (Warnings warnings = new Warnings()) {
                restored = restored(mail);
                assertThat(warnings.texts())
                        .singleElement()
                        .asString()
                        .contains("object", "failing", mail.getName())
                        .doesNotContain("kept");
            }
            assertThat(restored.attributes())
                    .containsExactly(attribute("kept", AttributeValue.of("value")));
        }

        @Test
        void whatJamesDropsInsideACollectionShouldBeNamedToo() throws Exception {
            MailImpl mail = mail();
            AttributeValue<?> unstorable = AttributeValue.ofUnserializable(new Object());
            mail.setAttribute(
                    attribute(
                            "list",
                            AttributeValue.of(
                                    List.<AttributeValue<?>>of(AttributeValue.of(1), unstorable))));
            mail.setAttribute(
                    attribute(
                            "map",
                            AttributeValue.of(
                                    Map.<String, AttributeValue<?>>of("key", unstorable))));
            mail.setAttribute(attribute("optional", AttributeValue.ofAny(Optional.of(unstorable))));

            MailImpl restored;
            try (Warnings warnings = new Warnings()) {
                restored = restored(mail);
                assertThat(warnings.texts())
                        .singleElement()
                        .asString()
                        .contains("list", "map", "optional");
            }
            assertThat(restored.getAttribute(AttributeName.of("list")))
                    .contains(
                            attribute(
                                    "list",
                                    AttributeValue.of(
                                            List.<AttributeValue<?>>of(AttributeValue.of(1)))));
        }

        @Test
        void attributeThatCanNoLongerBeReadShouldNotCostTheMail() throws Exception {
            MailImpl mail = mail();
            mail.setAttribute(attribute("unreadable", AttributeValue.of(new Unreadable())));
            mail.setAttribute(attribute("kept", AttributeValue.of("value")));

            MailImpl restored;
            try (Warnings warnings = new Warnings()) {
                restored = restored(mail);
                assertThat(warnings.texts()).singleElement().asString().contains("unreadable");
            }
            assertThat(restored.attributes())
                    .containsExactly(attribute("kept", AttributeValue.of("value")));
        }

        @Test
        void storingShouldLeaveTheCallersAttributesAlone() throws Exception {
            MailImpl mail = mail();
            mail.setAttribute(attribute("object", AttributeValue.ofUnserializable("x")));
            Map<AttributeName, Attribute> before = mail.attributesMap();

            try (Warnings warnings = new Warnings()) {
                envelope(mail);
                assertThat(warnings.texts()).hasSize(1);
            }

            assertThat(mail.attributesMap()).isEqualTo(before);
        }
    }

    @Nested
    class Priority {

        @ParameterizedTest
        @CsvSource({
            "-2147483648, 0",
            "-9, 0",
            "-1, 0",
            "0, 0",
            "4, 4",
            "9, 9",
            "10, 9",
            "2147483647, 9"
        })
        void integersShouldBeBroughtIntoRange(int asked, int expected) throws Exception {
            assertThat(priorityFor(AttributeValue.of(asked))).isEqualTo(expected);
        }

        @Test
        void absentPriorityShouldBeNormal() throws Exception {
            assertThat(envelope(mail()).priority()).isEqualTo(5);
        }

        @Test
        void whatIsNoIntegerShouldBeNormal() throws Exception {
            assertThat(priorityFor(AttributeValue.of("9"))).isEqualTo(5);
            assertThat(priorityFor(AttributeValue.of(9L))).isEqualTo(5);
        }

        private int priorityFor(AttributeValue<?> value) throws Exception {
            MailImpl mail = mail();
            mail.setAttribute(new Attribute(MailPrioritySupport.MAIL_PRIORITY, value));
            return envelope(mail).priority();
        }
    }

    @Nested
    @Tag("D9")
    class Delay {

        @ParameterizedTest
        @ValueSource(strings = {"PT0S", "PT-0.000000001S", "PT-1S", "PT-2562047788015215H"})
        void noneOrNegativeShouldMeanNow(Duration delay) throws Exception {
            Envelope envelope = envelope(delay);

            assertThat(envelope.arrival()).isEqualTo(NOW);
            assertThat(envelope.created()).isEqualTo(NOW);
            assertThat(envelope.notBefore()).isEqualTo(NOW);
            assertThat(envelope.scheduled()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"PT0.000000001S", "PT1S", "P3650D", "P106215D"})
        void positiveShouldScheduleAndAgeFromThen(Duration delay) throws Exception {
            Envelope envelope = envelope(delay);

            assertThat(envelope.arrival()).isEqualTo(NOW);
            assertThat(envelope.notBefore()).isEqualTo(NOW.plus(delay));
            assertThat(envelope.created()).isEqualTo(envelope.notBefore());
            assertThat(envelope.scheduled()).isTrue();
        }

        @Test
        void endlessShouldEndInYear9999() throws Exception {
            assertThat(envelope(Duration.ofSeconds(Long.MAX_VALUE)).notBefore())
                    .isEqualTo(MailCodec.LATEST_DUE)
                    .isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
        }

        @Test
        void latestMomentShouldStillBeReachable() {
            Duration upToTheEnd = Duration.between(NOW, MailCodec.LATEST_DUE);

            assertThat(MailCodec.dueAt(NOW, upToTheEnd)).isEqualTo(MailCodec.LATEST_DUE);
            assertThat(MailCodec.dueAt(NOW, upToTheEnd.plusNanos(1)))
                    .isEqualTo(MailCodec.LATEST_DUE);
            assertThat(MailCodec.dueAt(NOW, upToTheEnd.minusNanos(1)))
                    .isBefore(MailCodec.LATEST_DUE);
        }

        private Envelope envelope(Duration delay) throws Exception {
            return codec.envelopeOf(mail(), SPOOL, NOW, delay);
        }
    }

    @Nested
    class Message {

        private final List<String> released = new ArrayList<>();

        @Test
        void mailWithoutMessageShouldComeBackWithoutOne() throws Exception {
            assertThat(restored(mail()).getMessage()).isNull();
        }

        @Test
        void nothingShouldBeReadBeforeSomebodyAsks() throws Exception {
            StoredBytes content = StoredBytes.of("Subject: here\r\n\r\nbody");
            MailImpl restored = restoredWithMessage(content);

            assertThat(content.opened()).isZero();
            assertThat(restored.getMessage().getSubject()).isEqualTo("here");
            assertThat(content.opened()).isPositive();
        }

        @Test
        void sizeShouldBeKnownWithoutReading() throws Exception {
            StoredBytes content = StoredBytes.of("Subject: here\r\n\r\nbody");

            assertThat(restoredWithMessage(content).getMessageSize()).isEqualTo(content.size());
            assertThat(content.opened()).isZero();
        }

        @Test
        void disposingShouldCloseWhatWasLeftOpen() throws Exception {
            StoredBytes content = StoredBytes.of("Subject: here\r\n\r\nbody");
            MailImpl restored = restoredWithMessage(content);
            assertThat(restored.getMessage().getInputStream().read()).isEqualTo('b');
            assertThat(restored.getMessage().getSubject()).isEqualTo("here");

            restored.dispose();

            assertThat(restored.getMessage()).isNull();
            assertThat(content.closed()).isEqualTo(content.opened());
        }

        @Test
        void ownerShouldHearOfTheDisposalOnce() throws Exception {
            MailImpl restored = restoredWithMessage(StoredBytes.of("A: b\r\n\r\n"));
            assertThat(released).isEmpty();

            restored.dispose();
            restored.dispose();

            assertThat(released).hasSize(1);
        }

        private MailImpl restoredWithMessage(StoredBytes content) throws Exception {
            MailImpl mail = mail();
            mail.setMessageContent(new StoredMessageSource(StoredMails.ID, StoredBytes.of("")));
            QueuedMessage message = queued(envelope(mail), content.size());
            return codec.mailOf(message, content, () -> released.add("released"));
        }
    }

    private Envelope envelope(MailImpl mail) throws MailQueueException {
        return codec.envelopeOf(mail, SPOOL, NOW, Duration.ZERO);
    }

    private static MailImpl mail() {
        return MailImpl.builder().name("mail").build();
    }

    private static Attribute attribute(String name, AttributeValue<?> value) {
        return new Attribute(AttributeName.of(name), value);
    }

    private static Header header(String name, String value) {
        return Header.builder().name(name).value(value).build();
    }

    /** A value with a form of its own, as mailets define them. */
    public static final class Serial implements ArbitrarySerializable<Serial> {
        private final String text;

        Serial(String text) {
            this.text = text;
        }

        @Override
        public Serializable<Serial> serialize() {
            return new Serializable<>(AttributeValue.of(text), SerialFactory.class);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Serial serial && serial.text.equals(text);
        }

        @Override
        public int hashCode() {
            return text.hashCode();
        }

        public static final class SerialFactory implements Deserializer<Serial> {
            @Override
            public Optional<Serial> deserialize(Serializable<Serial> form) {
                return form.getValue().valueAs(String.class).map(Serial::new);
            }
        }
    }

    private static final class Unwritable implements ArbitrarySerializable<Unwritable> {
        @Override
        public Serializable<Unwritable> serialize() {
            throw new UnsupportedOperationException("not today");
        }
    }

    private static final class Unreadable implements ArbitrarySerializable<Unreadable> {
        @Override
        public Serializable<Unreadable> serialize() {
            return new Serializable<>(AttributeValue.of("x"), UnreadableFactory.class);
        }

        private static final class UnreadableFactory implements Deserializer<Unreadable> {
            private UnreadableFactory() {
                throw new IllegalStateException("nobody can make one");
            }

            @Override
            public Optional<Unreadable> deserialize(Serializable<Unreadable> form) {
                return Optional.empty();
            }
        }
    }

    /** What {@link MailJson} logs at WARN. */
    private static final class Warnings implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(MailJson.class);
        private final ListAppender<ILoggingEvent> events = new ListAppender<>();

        Warnings() {
            events.start();
            logger.addAppender(events);
            logger.setAdditive(false);
        }

        List<String> texts() {
            return events.list.stream()
                    .filter(event -> event.getLevel() == Level.WARN)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(events);
            logger.setAdditive(true);
        }
    }
}
