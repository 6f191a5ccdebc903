/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.IOException;
import java.util.Collections;
import java.util.stream.IntStream;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("T8")
@Timeout(60)
class PipeliningTest {

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void commandsShouldGoWithoutWaitingIfTheServerSaysSo() throws IOException {
        smtp.server.announcing("PIPELINING").holdingRepliesUntil(Step.DATA);

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("2.0.0", "2.0.0");
    }

    @Test
    void commandsShouldWaitOtherwise() throws IOException {
        smtp.deliver("a@target.test", "b@target.test", "c@target.test");

        assertThat(smtp.server.earlyCommands()).isZero();
    }

    @Test
    void answersShouldBelongToTheirRecipients() throws IOException {
        smtp.server
                .announcing("PIPELINING")
                .holdingRepliesUntil(Step.DATA)
                .on(Step.RCPT, "a@", reply("450-4.2.1 not", "450 4.2.1 now"))
                .on(Step.RCPT, "c@", reply("550 5.1.1 no"));

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test", "c@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("4.2.1", "2.0.0", "5.1.1");
    }

    @Test
    void manyRecipientsShouldNotStallWhenNobodyReads() throws IOException {
        String[] recipients =
                IntStream.range(0, 2000)
                        .mapToObj(i -> "recipient-with-a-long-name-" + i + "@target.test")
                        .toArray(String[]::new);
        smtp.server
                .announcing("PIPELINING")
                .on(Step.RCPT, reply("250-" + "x".repeat(400), "250 2.1.5 " + "y".repeat(400)));

        DeliveryReport report = smtp.deliver(recipients);

        assertThat(SmtpFixture.codes(report)).isEqualTo(Collections.nCopies(2000, "2.0.0"));
        assertThat(smtp.server.received().get(0).recipients()).hasSize(2000);
    }

    @Test
    void dataAcceptedForNobodyShouldGetALoneDot() throws IOException {
        smtp.server.announcing("PIPELINING").on(Step.RCPT, reply("550 5.1.1 no"));

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("5.1.1", "5.1.1");
        assertThat(smtp.server.received()).hasSize(1);
        assertThat(smtp.server.received().get(0).wire()).isEmpty();
    }

    @Test
    void theConnectionShouldBeInOrderAfterALoneDot() throws IOException {
        smtp.server.announcing("PIPELINING").on(Step.RCPT, "", reply("550 5.1.1 no"), 1);

        assertThat(smtp.fate().code()).hasToString("5.1.1");
        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    @Test
    void aRefusedSenderShouldStandWhateverElseIsAccepted() throws IOException {
        smtp.server.announcing("PIPELINING").on(Step.MAIL, reply("550 5.7.1 blocked"));

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("5.7.1", "5.7.1");
        assertThat(smtp.server.received().get(0).wire()).isEmpty();
    }

    @Test
    void withoutPipeliningDataShouldNotBeAskedForNobody() throws IOException {
        smtp.server.on(Step.RCPT, reply("550 5.1.1 no"));

        smtp.deliver("a@target.test");

        assertThat(smtp.server.commands()).doesNotContain("DATA");
    }

    @Test
    void withoutPipeliningNobodyShouldBeAskedForARefusedSender() throws IOException {
        smtp.server.on(Step.MAIL, reply("550 5.7.1 blocked"));

        smtp.deliver("a@target.test");

        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("RCPT"));
    }
}
