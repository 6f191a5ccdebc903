/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.IOException;
import org.awaitility.Awaitility;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.RecipientOutcome.Delivered;
import org.jamesqmgr.testing.ScriptedSmtpServer.Received;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SmtpDeliveryAgentTest {

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    @Tag("T7")
    void acceptedMailShouldBeDeliveredWithTheServersReply() throws IOException {
        DeliveryReport report = smtp.deliver("a@target.test");

        Attempt attempt = report.attempts().get(0);
        assertThat(attempt.time()).isEqualTo(SmtpFixture.NOW);
        assertThat(attempt.outcome()).isInstanceOf(Delivered.class);
        assertThat(attempt.outcome().status().code()).hasToString("2.0.0");
        assertThat(attempt.outcome().status().reason()).isEqualTo("250 2.0.0 Ok: queued as PEER1");
        assertThat(attempt.outcome().status().diagnostic())
                .isEqualTo("250 2.0.0 Ok: queued as PEER1");
        assertThat(attempt.outcome().status().remoteMta()).isEqualTo("mx.test");
        assertThat(attempt.conversation().relay()).isEqualTo(smtp.relay());
        assertThat(attempt.conversation().uses()).isEqualTo(1);
        assertThat(report.siteFailure()).isEmpty();
    }

    @Test
    void theServerShouldGetEnvelopeAndContent() throws IOException {
        smtp.deliver("a@target.test", "b@target.test");
        // The agent does not wait for the answer to QUIT, so the server may still be reading it.
        smtp.agent().close();
        Awaitility.await().until(() -> smtp.server.openSessions() == 0);

        assertThat(smtp.server.commands())
                .containsExactly(
                        "EHLO client.test",
                        "MAIL FROM:<sender@origin.example>",
                        "RCPT TO:<a@target.test>",
                        "RCPT TO:<b@target.test>",
                        "DATA",
                        "QUIT");
        Received mail = smtp.server.received().get(0);
        assertThat(mail.wire()).isEqualTo(SmtpFixture.MESSAGE);
    }

    @Test
    @Tag("T7")
    void everyRecipientShouldHaveItsOwnFate() throws IOException {
        smtp.server
                .on(Step.RCPT, "b@", reply("450 4.2.1 later"))
                .on(Step.RCPT, "c@", reply("550-5.1.1 no such user", "550 5.1.1 really"));

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test", "c@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("2.0.0", "4.2.1", "5.1.1");
        assertThat(SmtpFixture.fate(report, 2).reason())
                .isEqualTo(
                        "host mx.test[127.0.0.1] said: 550-5.1.1 no such user 550 5.1.1 really"
                                + " (in reply to RCPT TO command)");
        assertThat(SmtpFixture.fate(report, 2).diagnostic())
                .isEqualTo("550-5.1.1 no such user 550 5.1.1 really");
        assertThat(report.siteFailure()).isEmpty();
    }
}
