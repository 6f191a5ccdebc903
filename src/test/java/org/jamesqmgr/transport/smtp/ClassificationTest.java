/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.drop;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.raw;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.replyAndDrop;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.stream.Stream;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of trouble is called, as Postfix's log has it, with PIPELINING and without. */
@Tag("T7")
class ClassificationTest {

    private static final String HOST = "mx.test[127.0.0.1]";
    private static final boolean SITE = true;
    private static final boolean NOT_SITE = false;

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    static Stream<Arguments> troubleWithTheSession() {
        return Stream.of(
                arguments(
                        Step.GREETING,
                        reply("421 4.3.2 shutting down"),
                        "4.3.2",
                        "host " + HOST + " refused to talk to me: 421 4.3.2 shutting down"),
                arguments(
                        Step.GREETING,
                        reply("554 5.7.1 go away"),
                        "4.7.1",
                        "host " + HOST + " refused to talk to me: 554 5.7.1 go away"),
                arguments(
                        Step.GREETING,
                        reply("554 no service"),
                        "4.0.0",
                        "host " + HOST + " refused to talk to me: 554 no service"),
                arguments(
                        Step.GREETING,
                        drop(),
                        "4.4.2",
                        "lost connection with "
                                + HOST
                                + " while receiving the initial server greeting"),
                arguments(
                        Step.EHLO,
                        reply("421 4.3.2 busy"),
                        "4.3.2",
                        "host " + HOST + " refused to talk to me: 421 4.3.2 busy"),
                arguments(
                        Step.EHLO,
                        drop(),
                        "4.4.2",
                        "lost connection with " + HOST + " while performing the EHLO handshake"),
                arguments(
                        Step.GREETING,
                        raw("HTTP/1.1 400 Bad Request\r\n"),
                        "4.5.0",
                        "protocol error: host "
                                + HOST
                                + " sent no SMTP reply but \"HTTP/1.1 400 Bad Request\" while receiving"
                                + " the initial server greeting"));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource
    void troubleWithTheSession(Step step, Reaction reaction, String code, String reason)
            throws IOException {
        smtp.server.on(step, reaction);

        check(code, reason, SITE);
        assertThat(smtp.deliver("a@target.test").siteFailure())
                .hasValueSatisfying(status -> assertThat(status.reason()).isEqualTo(reason));
    }

    static Stream<Arguments> troubleWithTheMail() {
        return Stream.of(
                arguments(
                        Step.MAIL,
                        reply("451 4.7.1 sender later"),
                        "4.7.1",
                        said("451 4.7.1 sender later", "MAIL FROM command")),
                arguments(
                        Step.MAIL,
                        reply("550 5.7.1 sender blocked"),
                        "5.7.1",
                        said("550 5.7.1 sender blocked", "MAIL FROM command")),
                arguments(
                        Step.MAIL,
                        reply("421 4.3.2 no more"),
                        "4.3.2",
                        said("421 4.3.2 no more", "MAIL FROM command")),
                arguments(
                        Step.MAIL,
                        drop(),
                        "4.4.2",
                        "lost connection with " + HOST + " while sending MAIL FROM"),
                arguments(
                        Step.RCPT,
                        reply("450 4.2.0 greylisted"),
                        "4.2.0",
                        said("450 4.2.0 greylisted", "RCPT TO command")),
                arguments(
                        Step.RCPT,
                        reply("550 no such user"),
                        "5.0.0",
                        said("550 no such user", "RCPT TO command")),
                arguments(
                        Step.RCPT,
                        reply("552 too many recipients"),
                        "5.0.0",
                        said("552 too many recipients", "RCPT TO command")),
                arguments(
                        Step.RCPT,
                        reply("550 4.1.1 of two minds"),
                        "5.0.0",
                        said("550 4.1.1 of two minds", "RCPT TO command")),
                arguments(
                        Step.RCPT, reply("354 what"), "5.5.0", said("354 what", "RCPT TO command")),
                arguments(
                        Step.RCPT,
                        replyAndDrop("421 4.7.0 too many errors"),
                        "4.7.0",
                        said("421 4.7.0 too many errors", "RCPT TO command")),
                arguments(
                        Step.RCPT,
                        raw("no reply\r\n"),
                        "4.5.0",
                        "protocol error: host "
                                + HOST
                                + " sent no SMTP reply but \"no reply\" while sending RCPT TO"),
                arguments(
                        Step.DATA,
                        reply("451 4.3.0 later"),
                        "4.3.0",
                        said("451 4.3.0 later", "DATA command")),
                arguments(
                        Step.DATA,
                        reply("550 5.3.0 no data today"),
                        "5.3.0",
                        said("550 5.3.0 no data today", "DATA command")),
                arguments(Step.DATA, reply("250 ok"), "5.5.0", said("250 ok", "DATA command")),
                arguments(
                        Step.DOT,
                        reply("451 4.3.0 try later"),
                        "4.3.0",
                        said("451 4.3.0 try later", "end of DATA command")),
                arguments(
                        Step.DOT,
                        reply("554 5.6.0 spam"),
                        "5.6.0",
                        said("554 5.6.0 spam", "end of DATA command")),
                arguments(
                        Step.DOT,
                        drop(),
                        "4.4.2",
                        "lost connection with "
                                + HOST
                                + " while sending end of data -- message may be sent more than once"),
                arguments(Step.DOT, reply("250 done"), "2.0.0", "250 done"),
                arguments(Step.DOT, reply("250 2.6.0 done"), "2.6.0", "250 2.6.0 done"));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("troubleWithTheMail")
    void troubleWithTheMailWithoutPipelining(
            Step step, Reaction reaction, String code, String reason) throws IOException {
        smtp.server.on(step, reaction);

        check(code, reason, NOT_SITE);
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("troubleWithTheMail")
    void troubleWithTheMailWithPipelining(Step step, Reaction reaction, String code, String reason)
            throws IOException {
        smtp.server.announcing("PIPELINING").on(step, reaction);

        check(code, reason, NOT_SITE);
    }

    @Test
    void aPortWhereNobodyListensShouldBeASiteFailure() throws IOException {
        int port = SmtpFixture.deadPort();
        DeliveryRequest usual =
                smtp.request(SmtpFixture.envelope("a@target.test"), new byte[] {'x'});
        DeliveryReport report =
                smtp.agent()
                        .deliver(
                                new DeliveryRequest(
                                        usual.message(),
                                        usual.content(),
                                        new Destination(
                                                new TransportName("smtp"), "[mx.test]:" + port),
                                        usual.recipients()));

        Attempt attempt = report.attempts().get(0);
        assertThat(attempt.outcome().status().code()).hasToString("4.4.1");
        assertThat(attempt.outcome().status().reason())
                .isEqualTo("connect to " + HOST + ":" + port + ": Connection refused");
        assertThat(attempt.conversation().relay()).isEqualTo(Conversation.NONE.relay());
        assertThat(attempt.conversation().uses()).isZero();
        assertThat(report.siteFailure()).contains(attempt.outcome().status());
    }

    @Test
    void aServerThatKnowsNoEhloShouldBeSpokenToWithHelo() throws IOException {
        smtp.server.on(Step.EHLO, reply("502 5.5.1 what"));

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands()).contains("HELO client.test");
    }

    @Test
    void aRefusalOfHeloForNowShouldBeASiteFailure() throws IOException {
        smtp.server
                .on(Step.EHLO, reply("502 5.5.1 what"))
                .on(Step.HELO, reply("450 4.7.0 not yet"));

        check("4.7.0", "host " + HOST + " refused to talk to me: 450 4.7.0 not yet", SITE);
    }

    @Test
    void aRefusalOfHeloForGoodShouldBounce() throws IOException {
        smtp.server
                .on(Step.EHLO, reply("502 5.5.1 what"))
                .on(Step.HELO, reply("550 5.7.1 not you"));

        check("5.7.1", "host " + HOST + " refused to talk to me: 550 5.7.1 not you", NOT_SITE);
    }

    @Test
    void aNextHopThatIsNoneShouldWaitForTheAdministrator() throws IOException {
        DeliveryRequest usual =
                smtp.request(SmtpFixture.envelope("a@target.test"), new byte[] {'x'});
        DeliveryReport report =
                smtp.agent()
                        .deliver(
                                new DeliveryRequest(
                                        usual.message(),
                                        usual.content(),
                                        new Destination(new TransportName("smtp"), "[oops"),
                                        usual.recipients()));

        assertThat(SmtpFixture.codes(report)).containsExactly("4.3.5");
    }

    private void check(String code, String reason, boolean site) throws IOException {
        DeliveryReport report = smtp.deliver("a@target.test");
        Attempt attempt = report.attempts().get(0);
        assertThat(attempt.outcome().status().code()).hasToString(code);
        assertThat(attempt.outcome().status().reason()).isEqualTo(reason);
        assertThat(attempt.conversation().relay()).isEqualTo(smtp.relay());
        assertThat(report.siteFailure().isPresent()).isEqualTo(site);
    }

    private static String said(String text, String command) {
        return "host " + HOST + " said: " + text + " (in reply to " + command + ")";
    }
}
