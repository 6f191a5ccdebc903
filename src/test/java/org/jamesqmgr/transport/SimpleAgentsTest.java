/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T1")
@Tag("T7")
class SimpleAgentsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final List<MailAddress> RECIPIENTS =
            List.of(address("one@target.example"), address("two@target.example"));

    @ParameterizedTest(name = "[{0}]: {1} {2}")
    @CsvSource({
        "5.1.2 no mail for this domain, 5.1.2, no mail for this domain",
        "no mail for this domain, 5.0.0, no mail for this domain",
        "4.7.1 go away, 5.7.1, go away",
        "5.7.1, 5.7.1, address is undeliverable",
        "'', 5.0.0, address is undeliverable",
        "'  ', 5.0.0, address is undeliverable",
        "550 5.1.1 not ours, 5.0.0, 550 5.1.1 not ours",
    })
    void errorShouldBounceWithTheNextHop(String nexthop, String code, String reason)
            throws IOException {
        assertThat(verdicts(new ErrorAgent(CLOCK), nexthop))
                .containsExactly(
                        "Bounced one@target.example %s %s".formatted(code, reason),
                        "Bounced two@target.example %s %s".formatted(code, reason));
    }

    @ParameterizedTest(name = "[{0}]: {1} {2}")
    @CsvSource({
        "4.3.2 moving house, 4.3.2, moving house",
        "moving house, 4.0.0, moving house",
        "5.3.2 moving house, 4.3.2, moving house",
        "'', 4.0.0, delivery is suspended",
    })
    void retryShouldDeferWithTheNextHop(String nexthop, String code, String reason)
            throws IOException {
        assertThat(verdicts(new RetryAgent(CLOCK), nexthop))
                .containsExactly(
                        "Deferred one@target.example %s %s".formatted(code, reason),
                        "Deferred two@target.example %s %s".formatted(code, reason));
    }

    @ParameterizedTest(name = "[{0}]: {1} {2}")
    @CsvSource({"Thrown Away, 2.0.0, Thrown Away", "2.1.5 gone, 2.1.5, gone", "'', 2.0.0, sink"})
    void discardShouldDeliverToNobody(String nexthop, String code, String reason)
            throws IOException {
        assertThat(verdicts(new DiscardAgent(CLOCK), nexthop))
                .containsExactly(
                        "Delivered one@target.example %s %s".formatted(code, reason),
                        "Delivered two@target.example %s %s".formatted(code, reason));
    }

    @Test
    void attemptsShouldBeOfThisMomentAndWithNobody() throws IOException {
        DeliveryReport report = new RetryAgent(CLOCK).deliver(request("later"));

        assertThat(report.siteFailure()).isEmpty();
        assertThat(report.attempts())
                .allSatisfy(
                        attempt -> {
                            assertThat(attempt.time()).isEqualTo(NOW);
                            assertThat(attempt.conversation()).isEqualTo(Conversation.NONE);
                        });
    }

    @Test
    void requestShouldHaveARecipient() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request("later", List.of()))
                .withMessageContaining("nobody");
    }

    private static List<String> verdicts(DeliveryAgent agent, String nexthop) throws IOException {
        return agent.deliver(request(nexthop)).attempts().stream()
                .map(SimpleAgentsTest::verdict)
                .toList();
    }

    private static String verdict(Attempt attempt) {
        return "%s %s %s %s"
                .formatted(
                        attempt.outcome().fold(d -> "Delivered", d -> "Deferred", b -> "Bounced"),
                        attempt.outcome().recipient().asString(),
                        attempt.outcome().status().code(),
                        attempt.outcome().status().reason());
    }

    private static DeliveryRequest request(String nexthop) {
        return request(nexthop, RECIPIENTS);
    }

    private static DeliveryRequest request(String nexthop, List<MailAddress> recipients) {
        TransportName transport = new TransportName("sink");
        Envelope envelope = EnvelopeBuilder.mail(transport, NOW).to(RECIPIENTS).build();
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId(1, 1),
                        QueueName.ACTIVE,
                        envelope,
                        RECIPIENTS.stream().map(Recipient::pending).toList(),
                        MessageStatus.accepted(envelope),
                        List.of(),
                        0);
        return new DeliveryRequest(
                message, new Unreadable(), new Destination(transport, nexthop), recipients);
    }

    /** These agents have no business with it. */
    private record Unreadable() implements Content {
        @Override
        public long size() {
            return 0;
        }

        @Override
        public InputStream open() throws IOException {
            throw new IOException("must not be read");
        }
    }
}
