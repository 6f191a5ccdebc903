/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.drop;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.raw;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of which servers the postmaster hears, and what. */
@Tag("N1")
@Tag("N3")
class ProtocolNoticesTest {

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void theTranscriptShouldBePostfixs() throws IOException {
        smtp.server
                .announcing("PIPELINING", "ENHANCEDSTATUSCODES")
                .on(Step.RCPT, reply("354 what"))
                .on(Step.DATA, reply("354 go"));

        smtp.deliver("a@m22.test");

        Notice notice = smtp.notices.only();
        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.PROTOCOL);
        assertThat(notice.cause()).isEqualTo("SMTP client: RCPT TO command");
        assertThat(notice.subject())
                .isEqualTo("james-qmgr SMTP client: errors from " + smtp.relay());
        assertThat(notice.text())
                .containsExactly(
                        "Unexpected response from " + smtp.relay() + ".",
                        "",
                        "Transcript of session follows.",
                        "",
                        " In:  220 peer.test ESMTP",
                        " Out: EHLO client.test",
                        " In:  250-peer.test",
                        " In:  250-PIPELINING",
                        " In:  250 ENHANCEDSTATUSCODES",
                        " Out: MAIL FROM:<sender@origin.example>",
                        " Out: RCPT TO:<a@m22.test>",
                        " Out: DATA",
                        " In:  250 2.1.0 sender ok",
                        " In:  354 what",
                        " In:  354 go",
                        " Out: .",
                        " In:  250 2.0.0 Ok: queued as PEER1",
                        "",
                        "For other details, see the local mail logfile");
    }

    static Stream<Arguments> unexpected() {
        return Stream.of(
                arguments(Step.GREETING, reply("500 what"), "greeting"),
                arguments(Step.GREETING, raw("HTTP/1.1 400 Bad\r\n"), "greeting"),
                arguments(Step.MAIL, reply("501 5.5.4 syntax"), "MAIL FROM command"),
                arguments(Step.MAIL, reply("555 5.5.4 what is that"), "MAIL FROM command"),
                arguments(Step.MAIL, raw("no reply\r\n"), "MAIL FROM command"),
                arguments(Step.RCPT, reply("503 5.5.1 need MAIL"), "RCPT TO command"),
                arguments(Step.DATA, reply("250 ok"), "DATA command"),
                arguments(Step.DATA, reply("502 5.5.1 no such thing"), "DATA command"),
                arguments(Step.DOT, reply("500 5.5.2 too long"), "end of DATA command"),
                arguments(Step.DOT, reply("354 more"), "end of DATA command"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource
    void unexpected(Step step, Reaction reaction, String where) throws IOException {
        smtp.server.on(step, reaction);

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.only().cause()).isEqualTo("SMTP client: " + where);
    }

    static Stream<Arguments> usual() {
        return Stream.of(
                arguments(Step.GREETING, reply("554 5.7.1 go away")),
                arguments(Step.EHLO, reply("502 5.5.1 what")),
                arguments(Step.MAIL, reply("550 5.7.1 sender blocked")),
                arguments(Step.RCPT, reply("550 5.1.1 no such user")),
                arguments(Step.RCPT, reply("421 4.7.0 too many errors")),
                arguments(Step.DATA, reply("451 4.3.0 later")),
                arguments(Step.DOT, reply("554 5.6.0 spam")),
                arguments(Step.DOT, drop()),
                arguments(Step.DOT, reply("250 done")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void usual(Step step, Reaction reaction) throws IOException {
        smtp.server.on(step, reaction);

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.notices()).isEmpty();
    }

    @Test
    void whatFollowsFromARefusalInAPipelineShouldNotCount() throws IOException {
        smtp.server
                .announcing("PIPELINING")
                .on(Step.RCPT, reply("550 5.1.1 no such user"))
                .on(Step.DATA, reply("503 5.5.1 no recipients"));

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.notices()).isEmpty();
    }

    @Test
    void mailFromTheNullSenderShouldMakeNoNotice() throws IOException {
        assertThat(noticesOfMailFrom(MaybeSender.nullSender())).isEmpty();
    }

    @Test
    void mailThatTellsAPostmasterShouldMakeNoNotice() throws IOException {
        MaybeSender sender = MaybeSender.getMailSender("double-bounce@client.test");

        assertThat(noticesOfMailFrom(sender)).isEmpty();
    }

    private List<Notice> noticesOfMailFrom(MaybeSender sender) throws IOException {
        smtp.server.on(Step.RCPT, reply("354 what"));
        Envelope plain = SmtpFixture.envelope("a@target.test");
        Envelope envelope =
                new Envelope(
                        plain.transport(),
                        sender,
                        plain.recipients(),
                        plain.arrival(),
                        plain.created(),
                        plain.notBefore(),
                        plain.priority(),
                        plain.attributes(),
                        plain.options());
        smtp.agent().deliver(smtp.request(envelope, new byte[] {'x'}));
        return smtp.notices.notices();
    }

    @Test
    void nothingShouldBeToldOfWhatNobodyWants() throws IOException {
        smtp.notices.wantOnly(NotifyClass.RESOURCE);
        smtp.server.on(Step.RCPT, reply("354 what"));

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.notices()).isEmpty();
    }

    @Test
    void credentialsShouldNotBeShown() throws IOException {
        smtp.credentials = (nexthop, host) -> Optional.of(new UserPassword("me", "secret word"));
        String plain = base64("\0me\0secret word");
        smtp.server
                .announcing("AUTH PLAIN")
                .on(
                        Step.AUTH,
                        reply("501-5.5.2 cannot decode " + plain, "501 5.5.2 nor secret word"));

        smtp.deliver("a@target.test");

        Notice notice = smtp.notices.only();
        assertThat(notice.cause()).isEqualTo("SMTP client: AUTH command");
        assertThat(notice.text())
                .containsSubsequence(
                        " Out: AUTH PLAIN ****",
                        " In:  501-5.5.2 cannot decode ****",
                        " In:  501 5.5.2 nor ****");
        assertThat(notice.toString()).doesNotContain(plain, "secret");
    }

    @Test
    void credentialsShouldNotBeShownInContinuations() throws IOException {
        smtp.credentials = (nexthop, host) -> Optional.of(new UserPassword("me", "secret"));
        smtp.server
                .announcing("AUTH LOGIN")
                .on(Step.AUTH, "AUTH LOGIN", reply("334 VXNlcm5hbWU6"))
                .on(Step.AUTH, base64("me"), reply("334 UGFzc3dvcmQ6"), 1)
                .on(Step.RCPT, reply("354 what"));

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.only().text())
                .containsSubsequence(
                        " Out: AUTH LOGIN",
                        " In:  334 VXNlcm5hbWU6",
                        " Out: ****",
                        " In:  334 UGFzc3dvcmQ6",
                        " Out: ****",
                        " In:  235 2.7.0 welcome")
                .noneMatch(line -> line.contains(base64("secret")) || line.contains(base64("me")));
    }

    @Test
    void theContentShouldNotBeShown() throws IOException {
        smtp.server.on(Step.DOT, reply("500 5.5.2 what"));

        smtp.deliver("a@target.test");

        assertThat(smtp.notices.only().text())
                .contains(" Out: .")
                .noneMatch(line -> line.contains("hello") || line.contains("Subject"));
    }

    @Test
    void anotherMailOverTheConnectionShouldHaveATranscriptOfItsOwn() throws IOException {
        smtp.server.on(Step.RCPT, "second", reply("354 what"));

        smtp.deliver("first@target.test");
        smtp.deliver("second@target.test");

        assertThat(smtp.server.connections()).isEqualTo(1);
        assertThat(smtp.notices.only().text())
                .contains(" Out: RCPT TO:<second@target.test>")
                .doesNotContain(" Out: RCPT TO:<first@target.test>");
    }

    @Test
    void onlyTheEndOfALongConversationShouldBeKept() throws IOException {
        smtp.server.on(Step.DATA, reply("250 ok"));
        String[] many =
                IntStream.range(0, 200)
                        .mapToObj(i -> "r" + i + "@target.test")
                        .toArray(String[]::new);

        smtp.deliver(many);

        assertThat(smtp.notices.only().text())
                .hasSizeLessThan(120)
                .contains(" ...", " Out: RCPT TO:<r199@target.test>", " Out: DATA", " In:  250 ok")
                .doesNotContain(" Out: EHLO client.test");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
