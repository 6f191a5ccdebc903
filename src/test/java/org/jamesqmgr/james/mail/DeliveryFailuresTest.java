/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a mailet finds out about a delivery that has failed. */
@Tag("B1")
class DeliveryFailuresTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final MailImpl mail = MailImpl.builder().name("mail").build();

    @Test
    void failuresShouldBeAsTheyWereAfterTheirWayThroughAQueue() throws Exception {
        List<Attempt> failures =
                List.of(
                        failure("a@x.example", "550 5.1.1 caf\u00e9\ud83d\ude00"),
                        failure("b@x.example", ""));

        DeliveryFailures.set(mail, failures);

        assertThat(DeliveryFailures.of(queued(mail))).isEqualTo(failures);
    }

    @Test
    void thereShouldBeNoneInOtherMail() {
        assertThat(DeliveryFailures.of(mail)).isEmpty();
    }

    @Test
    void ofVeryManyRecipientsTheWordsShouldBeCutShort() {
        String endless = "550 " + "x".repeat(9000);
        List<Attempt> many =
                IntStream.range(0, 2000)
                        .mapToObj(i -> failure("r" + i + "@x.example", endless))
                        .toList();

        DeliveryFailures.set(mail, many);

        List<Attempt> read = DeliveryFailures.of(mail);
        assertThat(read).hasSize(2000);
        assertThat(read.get(0)).isEqualTo(many.get(0));
        assertThat(read.get(1999).outcome().status().diagnostic()).hasSizeLessThan(300);
    }

    @Test
    void whatSomebodyElseHasPutThereShouldBePassedOver() {
        for (AttributeValue<?> strange :
                List.of(
                        AttributeValue.of("text"),
                        AttributeValue.of(List.of(AttributeValue.of(5))),
                        AttributeValue.of(List.of(AttributeValue.of(Map.of()))),
                        AttributeValue.of(
                                List.of(
                                        AttributeValue.of(
                                                Map.of("recipient", AttributeValue.of("@"))))))) {
            mail.setAttribute(new Attribute(DeliveryFailures.ATTRIBUTE, strange));

            assertThat(DeliveryFailures.of(mail)).isEmpty();
        }
    }

    private static Mail queued(Mail mail) throws Exception {
        MailCodec codec = new MailCodec();
        Envelope envelope = codec.envelopeOf(mail, new TransportName("spool"), NOW, Duration.ZERO);
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId(1, 1),
                        QueueName.INCOMING,
                        envelope,
                        List.of(),
                        MessageStatus.accepted(envelope),
                        List.of(),
                        0);
        return codec.mailOf(message, null);
    }

    private static Attempt failure(String recipient, String reply) {
        DeliveryStatus status =
                new DeliveryStatus(
                        EnhancedStatusCode.parse("5.1.1").orElseThrow(),
                        "host mx said: " + reply,
                        reply,
                        "mx.x.example");
        return Attempt.immediate(
                NOW, RecipientOutcome.of(EnvelopeBuilder.address(recipient), status));
    }
}
