/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.drop;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.replyAndDrop;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("T8")
@Timeout(60)
class ReuseTest {

    private static final Duration MINUTES = Duration.ofMinutes(5);

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void theNextMailShouldGoOverTheSameConnection() throws IOException {
        Conversation first = deliver();
        Conversation second = deliver();

        assertThat(first.uses()).isEqualTo(1);
        assertThat(second.uses()).isEqualTo(2);
        assertThat(second.setup()).isZero();
        assertThat(second.relay()).isEqualTo(smtp.relay());
        assertThat(smtp.server.connections()).isEqualTo(1);
        assertThat(smtp.server.commands()).doesNotContain("RSET");
    }

    @Test
    void whatAMailLeftOpenShouldBeResetBeforeTheNext() throws IOException {
        smtp.server.on(Step.RCPT, "", reply("550 5.1.1 no"), 1);

        deliver();
        deliver();

        assertThat(smtp.server.connections()).isEqualTo(1);
        assertThat(smtp.server.commands())
                .containsSubsequence("RCPT TO:<a@target.test>", "RSET", "DATA");
    }

    @Test
    void aConnectionThatDiedMeanwhileShouldCostNothing() throws IOException {
        smtp.server.on(Step.DOT, "", replyAndDrop("250 2.0.0 taken, and bye"), 1);
        deliver();
        Awaitility.await().until(() -> smtp.server.openSessions() == 0);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void aConnectionThatDiesAtTheNextMailShouldCostNothing() throws IOException {
        deliver();
        smtp.server.on(Step.MAIL, "", drop(), 1);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void aGoodByeInsteadOfTheNextMailShouldCostNothing() throws IOException {
        smtp.server.announcing("PIPELINING");
        deliver();
        smtp.server.on(Step.MAIL, "", replyAndDrop("421 4.4.2 timeout"), 1);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void aGoodByeInTheMiddleShouldEndTheUseOfAConnection() throws IOException {
        smtp.server.on(Step.DOT, "", reply("421 4.3.2 taken ill"), 1);

        assertThat(smtp.fate().code()).hasToString("4.3.2");
        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void anIdleConnectionShouldEndWithQuit() throws IOException {
        reuse(Duration.ofMillis(200), MINUTES, 0);

        deliver();

        Awaitility.await().until(() -> smtp.server.commands().contains("QUIT"));
        Awaitility.await().until(() -> smtp.server.openSessions() == 0);
        assertThat(smtp.timer().getQueue()).isEmpty();
        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void noConnectionShouldBeKeptIfNoneIsToBe() throws IOException {
        reuse(Duration.ZERO, MINUTES, 0);

        assertThat(deliver().uses()).isEqualTo(1);
        assertThat(deliver().uses()).isEqualTo(1);
    }

    @Test
    void anOldConnectionShouldNotBeUsedAgain() throws IOException {
        reuse(Duration.ofSeconds(10), Duration.ofNanos(1), 0);

        deliver();
        deliver();

        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void aConnectionShouldCarryOnlySoManyMails() throws IOException {
        reuse(Duration.ofSeconds(10), MINUTES, 2);

        assertThat(List.of(deliver().uses(), deliver().uses(), deliver().uses()))
                .containsExactly(1, 2, 1);
    }

    @Test
    void softFailuresOnAnIdleConnectionShouldGoToTheOtherHosts() throws IOException {
        smtp.hosts(
                SmtpFixture.candidate("mx1.test", "127.0.0.1", 10),
                SmtpFixture.candidate("mx2.test", "127.0.0.1", 20));
        deliver();
        smtp.server.on(Step.MAIL, "", reply("451 4.3.0 later"), 1);

        Conversation second = deliver();

        assertThat(second.relay()).startsWith("mx2.test[");
        assertThat(smtp.server.connections()).isEqualTo(2);
    }

    @Test
    void closingShouldEndIdleConnections() throws IOException {
        deliver();

        smtp.agent().close();

        Awaitility.await().until(() -> smtp.server.openSessions() == 0);
        assertThat(smtp.server.commands()).endsWith("QUIT");
        assertThat(smtp.timer().getQueue()).isEmpty();
    }

    @Test
    void parallelDeliveriesShouldNeverUseMoreConnectionsThanThereAreOfThem() throws Exception {
        smtp.server.announcing("PIPELINING");
        smtp.agent();

        Parallel.run(
                4,
                thread -> {
                    for (int i = 0; i < 50; i++) {
                        assertThat(smtp.fate().code()).hasToString("2.0.0");
                    }
                });

        assertThat(smtp.server.received()).hasSize(200);
        assertThat(smtp.server.connections()).isLessThanOrEqualTo(4);
        assertThat(smtp.server.peakSessions()).isLessThanOrEqualTo(4);
    }

    private void reuse(Duration idle, Duration age, int uses) {
        smtp.settings = SmtpFixture.withReuse(smtp.settings, idle, age, uses);
    }

    private Conversation deliver() throws IOException {
        return smtp.deliver("a@target.test").attempts().get(0).conversation();
    }
}
