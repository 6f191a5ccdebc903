/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions with James's SMTP server in which something goes wrong. */
@Tag("N1")
@Tag("N3")
class SessionTranscriptTest {

    private static final String SECRET = base64("\0alice@good.test\0" + JamesSmtpServer.PASSWORD);

    private static final RecordingNoticeDesk NOTICES = new RecordingNoticeDesk();

    private static JamesSmtpServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new JamesSmtpServer(FreeSpace.UNLIMITED, NOTICES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void beginAnew() {
        NOTICES.forget();
        server.takeUsersDown(false);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Says these lines, one after the other, and QUIT. */
    private void talk(String... lines) throws Exception {
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            for (String line : lines) {
                talk.say(line);
            }
            talk.quit();
        }
    }

    @Test
    void deniedRelayShouldBeAMatterOfPolicy() throws Exception {
        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<carol@elsewhere.test>");

        Notice notice = NOTICES.take();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.POLICY);
        assertThat(notice.cause()).isEqualTo("SMTP server: policy: AuthRequiredToRelayRcptHook");
        assertThat(notice.subject())
                .matches("james-qmgr SMTP server: errors from (localhost|unknown)\\[127.0.0.1]");
        assertThat(notice.text())
                .startsWith("Transcript of session follows.", "")
                .contains(" In:  EHLO client.test", " In:  MAIL FROM:<bob@remote.test>")
                .contains(" In:  RCPT TO:<carol@elsewhere.test>", " In:  QUIT")
                .endsWith("", "", "For other details, see the local mail logfile");
        assertThat(notice.text().get(2)).startsWith(" Out: 220 mail.good.test");
        assertThat(String.join("\n", notice.text())).contains("Out: 530 ").contains("Out: 221 ");
    }

    @Test
    void unknownRecipientShouldBeAMatterOfPolicy() throws Exception {
        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<nobody@good.test>");

        assertThat(NOTICES.take().cause()).isEqualTo("SMTP server: policy: ValidRcptHandler");
    }

    @Test
    void messageAnnouncedTooLargeShouldBeAMatterOfPolicy() throws Exception {
        talk("MAIL FROM:<bob@remote.test> SIZE=200000");

        assertThat(NOTICES.take().cause()).isEqualTo("SMTP server: policy: 552");
    }

    @Test
    void messageThatTurnsOutTooLargeShouldBeAMatterOfPolicyWithoutTheMessage() throws Exception {
        talk(
                "MAIL FROM:<bob@remote.test>",
                "RCPT TO:<alice@good.test>",
                "DATA",
                "Subject: large\r\n\r\n" + "a line of the body\r\n".repeat(10_000) + ".");

        Notice notice = NOTICES.take();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.POLICY);
        assertThat(notice.text())
                .anyMatch(line -> line.startsWith(" Out: 354"))
                .anyMatch(line -> line.startsWith(" Out: 552"))
                .noneMatch(line -> line.contains("of the body") || line.contains("Subject"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOO bar",
                "RCPT TO:<alice@good.test>",
                "DATA",
                "MAIL FROM bob",
                "MAIL FROM:<bob@remote.test> SIZE=many"
            })
    void whatIsNotSmtpShouldBeAMatterOfProtocol(String line) throws Exception {
        talk(line);

        Notice notice = NOTICES.take();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.PROTOCOL);
        assertThat(notice.cause()).matches("SMTP server: protocol: 50[0-9]");
        assertThat(notice.text()).contains(" In:  " + line);
    }

    @Test
    void recipientThatCannotBeLookedUpShouldBeAMatterOfData() throws Exception {
        server.takeUsersDown(true);

        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<alice@good.test>");

        assertThat(NOTICES.take().cause()).isEqualTo("SMTP server: data: ValidRcptHandler");
    }

    @Test
    void handlerThatFailsShouldBeAMatterOfSoftware() throws Exception {
        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<boom@good.test>");

        Notice notice = NOTICES.take();

        assertThat(notice.cause()).isEqualTo("SMTP server: software: IllegalStateException");
        assertThat(notice.text())
                .startsWith("A handler failed: java.lang.IllegalStateException: a mistake");
    }

    @Test
    void lostConnectionShouldBeSaid() throws Exception {
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            talk.say("FOO");
        }

        assertThat(NOTICES.take().text())
                .endsWith(
                        "",
                        "Session aborted, reason: lost connection",
                        "",
                        "",
                        "For other details, see the local mail logfile");
    }

    @Test
    void quitShouldBeNoLostConnection() throws Exception {
        talk("FOO");

        assertThat(NOTICES.take().text()).noneMatch(line -> line.startsWith("Session aborted"));
    }

    @Test
    void theWorstOfSeveralErrorsShouldGiveTheClass() throws Exception {
        talk("FOO", "MAIL FROM:<bob@remote.test>", "RCPT TO:<nobody@good.test>", "BAR");

        assertThat(NOTICES.take().noticeClass()).isEqualTo(NotifyClass.POLICY);
        assertThat(NOTICES.notices()).isEmpty();
    }

    @Test
    void onlyWhatIsWantedShouldBeTold() throws Exception {
        NOTICES.wantOnly(NotifyClass.PROTOCOL);

        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<nobody@good.test>");
        talk("MAIL FROM:<bob@remote.test>", "RCPT TO:<nobody@good.test>", "FOO");

        Notice notice = NOTICES.take();
        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.PROTOCOL);
        assertThat(notice.text()).contains(" In:  FOO");
        assertThat(NOTICES.notices()).isEmpty();
    }

    @Test
    void goodSessionShouldBeNoNews() throws Exception {
        talk(
                "MAIL FROM:<bob@remote.test>",
                "RCPT TO:<alice@good.test>",
                "DATA",
                "Subject: hello\r\n\r\nhello\r\n.");
        talk("FOO");

        assertThat(NOTICES.take().text()).contains(" In:  FOO");
        assertThat(NOTICES.notices()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AUTH PLAIN %s",
                "auth plain %s",
                "  Auth   PLAIN   %s",
                "AUTH\tPLAIN\t%s",
                "AUTH LOGIN %s",
                "AUTH XOAUTH2 %s",
                "AUTH OAUTHBEARER %s",
                "AUTH %s",
                "AUTH=PLAIN %s",
                "AUTHPLAIN%s",
                "*AUTH PLAIN %s",
                "AUTH CRAM-MD5 %s"
            })
    void whatIsSaidWithAuthShouldNotBeTold(String line) throws Exception {
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            talk.say(line.formatted(SECRET));
            talk.say("*");
            talk.say("RSET");
            talk.say("FOO");
        }

        assertThat(NOTICES.take().text())
                .contains(" In:  FOO")
                .noneMatch(each -> tells(each, SECRET));
    }

    @Test
    void secretsThatFollowARefusedAuthShouldNotBeTold() throws Exception {
        String user = base64("alice@good.test");
        String password = base64(JamesSmtpServer.PASSWORD);

        talk("AUTH DIGEST-MD5", user, password, "FOO", "RSET", "BAR");

        assertThat(NOTICES.take().text())
                .contains(" In:  AUTH DIGEST-MD5", " In:  ***", " In:  RSET", " In:  BAR")
                .noneMatch(each -> tells(each, user) || tells(each, password));
    }

    @Test
    void dialogueOfALoginShouldNotBeTold() throws Exception {
        String user = base64("alice@good.test");
        String password = base64(JamesSmtpServer.PASSWORD);

        talk("AUTH LOGIN", user, password, "RSET", "FOO");

        assertThat(NOTICES.take().text())
                .contains(" In:  AUTH LOGIN", " In:  FOO")
                .noneMatch(each -> tells(each, user) || tells(each, password));
    }

    private static boolean tells(String line, String secret) {
        return line.toUpperCase(Locale.ROOT).contains(secret.toUpperCase(Locale.ROOT));
    }

    @Test
    void secretThatJamesCannotDecodeShouldNotBeQuoted() throws Exception {
        talk("AUTH LOGIN " + SECRET, "RSET");

        Notice notice = NOTICES.take();

        assertThat(notice.cause()).isEqualTo("SMTP server: protocol: AUTH");
        assertThat(notice.text())
                .startsWith("Transcript of session follows.")
                .noneMatch(line -> line.contains(JamesSmtpServer.PASSWORD));
    }

    @Test
    void wrongPasswordAloneShouldBeNoNews() throws Exception {
        talk("AUTH PLAIN " + base64("\0alice@good.test\0wrong"));
        talk("FOO");

        assertThat(NOTICES.take().text()).noneMatch(line -> line.contains("AUTH PLAIN"));
    }

    @Test
    void endlessErrorsShouldBeToldPieceByPieceAndNotAddUp() throws Exception {
        try (SmtpTalk talk = server.talk()) {
            for (int i = 0; i < 10_000; i++) {
                talk.say("FOO " + i);
            }
            talk.quit();
        }

        List<Notice> pieces = new ArrayList<>();
        do {
            pieces.add(NOTICES.take());
        } while (!last(pieces).text().contains(" In:  QUIT"));

        assertThat(pieces)
                .hasSizeBetween(200, 202)
                .allSatisfy(piece -> assertThat(piece.text()).hasSizeLessThan(110))
                .extracting(Notice::cause)
                .containsOnly("SMTP server: protocol: 500");
        assertThat(pieces.get(0).text()).contains(" In:  FOO 0");
        assertThat(pieces.get(1).text()).doesNotContain(" In:  FOO 0").contains(" In:  FOO 60");
    }

    private static Notice last(List<Notice> pieces) {
        return pieces.get(pieces.size() - 1);
    }

    @Test
    void linesBeforeTheLastHundredShouldBeForgotten() throws Exception {
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            for (int i = 0; i < 1000; i++) {
                talk.say("NOOP");
            }
            talk.say("FOO");
            talk.quit();
        }

        assertThat(NOTICES.take().text())
                .hasSizeLessThan(120)
                .anyMatch(line -> line.contains("commands and replies before these"))
                .contains(" In:  FOO")
                .doesNotContain(" In:  EHLO client.test");
    }

    @Test
    void longLineShouldBeCut() throws Exception {
        talk("X".repeat(5000));

        assertThat(NOTICES.take().text())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(600))
                .anyMatch(line -> line.endsWith("XXX ... (cut)"));
    }

    @Test
    void controlCharactersShouldNotGetThrough() throws Exception {
        talk("FOO\u001b[31m\u0007bar");

        assertThat(NOTICES.take().text()).contains(" In:  FOO?[31m?bar");
    }

    @Test
    void sessionsAtOnceShouldNotMix() throws Exception {
        try (SmtpTalk one = server.talk();
                SmtpTalk other = server.talk()) {
            for (int i = 0; i < 10; i++) {
                one.say("ONE");
                other.say("OTHER");
            }
            one.quit();
            other.quit();
        }

        List<String> texts =
                List.of(NOTICES.take(), NOTICES.take()).stream()
                        .map(notice -> String.join("\n", notice.text()))
                        .collect(Collectors.toList());

        assertThat(texts)
                .filteredOn(text -> text.contains("In:  ONE"))
                .singleElement()
                .asString()
                .doesNotContain("OTHER");
        assertThat(texts)
                .filteredOn(text -> text.contains("In:  OTHER"))
                .singleElement()
                .asString()
                .doesNotContain("In:  ONE");
    }
}
