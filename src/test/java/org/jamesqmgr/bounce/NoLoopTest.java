/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers between which no mail can be delivered: each tells the other's postmaster of everything,
 * nobody exists, and each mail fails at the server that has it and at the one that is to have it.
 */
@Tag("B2")
class NoLoopTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** A mail, an answer to an answer, what the postmaster hears of that, and what is said to that. */
    private static final int LONGEST_CHAIN = 4;

    /** A mail on its way to a server, and how many others have led to it. */
    private record Mail(MaybeSender from, MailAddress to, boolean isReport, int chain) {}

    private record Server(String domain, String doubleBounce) {

        boolean discards(Mail mail) {
            return mail.to().equals(doubleBounceAddress());
        }

        MailAddress doubleBounceAddress() {
            return address(doubleBounce + "@" + domain);
        }

        /** What this server sends if it cannot deliver a mail. */
        List<Mail> fail(Mail mail, String postmasters) {
            ReportRules rules =
                    new ReportRules(
                            new ReportSettings(50_000, Duration.ofHours(4), doubleBounce, ""),
                            EnumSet.allOf(NotifyClass.class),
                            each -> address("postmaster@" + postmasters),
                            doubleBounceAddress());
            List<Mail> sent = new ArrayList<>();
            Attempt failure = Attempts.bounced(NOW, mail.to().asString());
            for (ReportKind kind : List.of(ReportKind.DELAY, ReportKind.FAILURE)) {
                rules.on(kind, message(mail), mail::isReport, List.of(failure))
                        .reports()
                        .forEach(
                                report ->
                                        sent.add(
                                                new Mail(
                                                        report.from(),
                                                        report.to(),
                                                        true,
                                                        mail.chain() + 1)));
            }
            return sent;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"someone@a.example", "", "bounces@b.example", "else@c.example"})
    void everyChainOfReportsShouldEnd(String sender) {
        MaybeSender from =
                sender.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(address(sender));
        Server a = new Server("a.example", "double-bounce");
        Server b = new Server("b.example", "bounces");
        Deque<Mail> underWay = new ArrayDeque<>();
        underWay.add(new Mail(from, address("nobody@b.example"), false, 0));

        int longest = 0;
        while (!underWay.isEmpty() && longest <= LONGEST_CHAIN) {
            Mail mail = underWay.remove();
            longest = Math.max(longest, mail.chain());
            if (!a.discards(mail) && !b.discards(mail)) {
                underWay.addAll(a.fail(mail, b.domain()));
                underWay.addAll(b.fail(mail, a.domain()));
            }
        }

        assertThat(underWay).isEmpty();
        assertThat(longest).isBetween(1, LONGEST_CHAIN);
    }

    private static QueuedMessage message(Mail mail) {
        Envelope envelope =
                EnvelopeBuilder.mail(new TransportName("smtp"), NOW)
                        .from(mail.from())
                        .to(mail.to())
                        .build();
        return new QueuedMessage(
                new QueueId(1, 2),
                QueueName.ACTIVE,
                envelope,
                List.of(Recipient.pending(mail.to())),
                MessageStatus.accepted(envelope),
                List.of(),
                1000);
    }
}
