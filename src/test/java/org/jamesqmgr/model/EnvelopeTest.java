/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    private static final Instant ARRIVAL = Instant.parse("2026-03-01T12:00:00Z");
    private static final EnvelopeBuilder MAIL = mail(new TransportName("spool"), ARRIVAL);

    @Test
    @Tag("D9")
    void mailShouldBeScheduledOnlyWhenItsTimeIsAfterItsArrival() {
        assertThat(MAIL.notBefore(ARRIVAL.minusSeconds(1)).build().scheduled()).isFalse();
        assertThat(MAIL.notBefore(ARRIVAL).build().scheduled()).isFalse();
        assertThat(MAIL.notBefore(ARRIVAL.plusNanos(1)).build().scheduled()).isTrue();
    }

    @Test
    @Tag("D9")
    void ageShouldCountFromTheCreationRatherThanTheArrival() {
        Envelope envelope = MAIL.createdAt(ARRIVAL.plusSeconds(60)).build();

        assertThat(envelope.age(ARRIVAL.plusSeconds(90))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    @Tag("Q9")
    void ageShouldNotBeNegativeWhenTheClockWasSetBack() {
        assertThat(MAIL.build().age(ARRIVAL.minusSeconds(3_600))).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9})
    void priorityShouldBeFromZeroToNine(int priority) {
        assertThat(MAIL.priority(priority).build().priority()).isEqualTo(priority);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void otherPrioritiesShouldBeRefused(int priority) {
        EnvelopeBuilder builder = MAIL.priority(priority);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(priority));
    }

    @Test
    void envelopeShouldNotChangeWithWhatItWasMadeOf() {
        List<MailAddress> recipients = new ArrayList<>(List.of(address("a@x.org")));
        Map<String, String> attributes = new HashMap<>(Map.of("key", "value"));
        Envelope envelope = MAIL.to(recipients).attributes(attributes).build();

        recipients.clear();
        attributes.put("key", "another");

        assertThat(envelope.recipients()).containsExactly(address("a@x.org"));
        assertThat(envelope.attributes()).containsOnly(Map.entry("key", "value"));
    }

    @Test
    void pendingRecipientsShouldBeThoseWhoseFateIsOpen() {
        Envelope envelope = MAIL.to("a@x.org", "b@x.org", "c@x.org").build();
        List<Recipient> recipients =
                List.of(
                        Recipient.pending(address("a@x.org")),
                        new Recipient(address("b@x.org"), Recipient.State.DONE),
                        Recipient.pending(address("c@x.org")));

        QueuedMessage message =
                new QueuedMessage(
                        new QueueId(1, 1),
                        QueueName.DEFERRED,
                        envelope,
                        recipients,
                        MessageStatus.accepted(envelope),
                        List.of(),
                        100);

        assertThat(message.pendingRecipients())
                .containsExactly(address("a@x.org"), address("c@x.org"));
    }
}
