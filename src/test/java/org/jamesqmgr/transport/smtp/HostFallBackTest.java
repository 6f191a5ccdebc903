/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.drop;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One server stands for several hosts: the first so many sessions are the first hosts. */
@Tag("T5")
@Tag("T9")
class HostFallBackTest {

    private static final Candidate FIRST = SmtpFixture.candidate("mx1.test", "127.0.0.1", 10);
    private static final Candidate SECOND = SmtpFixture.candidate("mx2.test", "127.0.0.1", 20);

    /** Nobody listens there: the server has one address. */
    private static final Candidate DEAD = SmtpFixture.candidate("dead.test", "127.0.0.9", 5);

    private final SmtpFixture smtp = new SmtpFixture();

    @BeforeEach
    void twoHosts() {
        smtp.hosts(FIRST, SECOND);
    }

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void aHostThatCannotBeReachedShouldBeFollowedByTheNext() throws IOException {
        smtp.hosts(DEAD, SECOND);

        DeliveryReport report = smtp.deliver("a@target.test");

        Attempt attempt = report.attempts().get(0);
        assertThat(attempt.outcome().status().code()).hasToString("2.0.0");
        assertThat(attempt.conversation().relay()).startsWith("mx2.test[127.0.0.1]:");
        assertThat(report.siteFailure()).isEmpty();
    }

    @Test
    void aFinalRefusalInTheGreetingShouldBeFollowedByTheNextHost() throws IOException {
        smtp.server.on(Step.GREETING, "", reply("554 5.7.1 go away"), 1);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
    }

    @Test
    void recipientsRefusedForNowShouldGoToTheNextHostAlone() throws IOException {
        smtp.server.on(Step.RCPT, "b@", reply("450 4.2.1 later"), 1);

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test", "c@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("2.0.0", "2.0.0", "2.0.0");
        assertThat(relays(report)).containsExactly("mx1.test", "mx2.test", "mx1.test");
        assertThat(smtp.server.received().get(1).recipients())
                .containsExactly("RCPT TO:<b@target.test>");
    }

    @Test
    void recipientsRefusedForGoodShouldNotGoToTheNextHost() throws IOException {
        smtp.server.on(Step.RCPT, "b@", reply("550 5.1.1 no"), 1);

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("2.0.0", "5.1.1");
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    @Test
    void aMailRefusedForGoodShouldNotGoToTheNextHost() throws IOException {
        smtp.server.on(Step.DOT, reply("554 5.6.0 spam"));

        assertThat(smtp.fate().code()).hasToString("5.6.0");
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    @Test
    void aLineDroppedAfterTheDotShouldBeFollowedByTheNextHostAsInPostfix() throws IOException {
        smtp.server.on(Step.DOT, "", drop(), 1);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void theLastHostsWordShouldStand() throws IOException {
        smtp.server
                .on(Step.GREETING, "", reply("421 4.3.2 first"), 1)
                .on(Step.GREETING, "", reply("421 4.3.9 second"), 1);

        DeliveryReport report = smtp.deliver("a@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("4.3.9");
        assertThat(report.siteFailure().map(DeliveryStatus::remoteMta)).contains("mx2.test");
    }

    @Test
    void aSessionWithAnyHostShouldBeNoSiteFailure() throws IOException {
        smtp.hosts(SECOND, DEAD);
        smtp.server.on(Step.MAIL, reply("451 4.7.1 later"));

        DeliveryReport report = smtp.deliver("a@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("4.4.1");
        assertThat(report.siteFailure()).isEmpty();
    }

    @Test
    void onlySoManySessionsShouldBeHeld() throws IOException {
        smtp.hosts(many(4));
        smtp.server.on(Step.MAIL, reply("451 4.7.1 later"));

        assertThat(smtp.fate().remoteMta()).isEqualTo("mx1.test");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void onlySoManyAddressesShouldBeTried() throws IOException {
        smtp.hosts(many(9));
        smtp.server.on(Step.GREETING, reply("421 4.3.2 busy"));

        assertThat(smtp.fate().remoteMta()).isEqualTo("mx4.test");
        assertThat(smtp.server.connections()).isEqualTo(5);
    }

    @Test
    void whatTheNamesSayShouldBeTheAnswer() throws IOException {
        smtp.exchangers =
                nexthop ->
                        new Lookup.Failed(
                                DeliveryStatus.local("5.1.0", "Domain x does not accept mail"));

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("5.1.0", "5.1.0");
        assertThat(report.siteFailure()).isEmpty();
    }

    @Test
    @Tag("D5")
    void namesThatCannotBeLookedUpNowShouldCountAgainstTheDestination() throws IOException {
        smtp.exchangers = nexthop -> new Lookup.Failed(DeliveryStatus.local("4.4.3", "try again"));

        DeliveryReport report = smtp.deliver("a@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("4.4.3");
        assertThat(report.siteFailure()).contains(DeliveryStatus.local("4.4.3", "try again"));
    }

    private static Candidate[] many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> SmtpFixture.candidate("mx" + i + ".test", "127.0.0.1", i))
                .toArray(Candidate[]::new);
    }

    private static List<String> relays(DeliveryReport report) {
        return report.attempts().stream()
                .map(attempt -> attempt.conversation().relay().replaceAll("\\[.*", ""))
                .toList();
    }
}
