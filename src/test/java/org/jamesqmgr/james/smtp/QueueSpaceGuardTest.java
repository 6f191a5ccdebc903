/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** James's SMTP server while there is too little room. */
@Tag("Q4")
class QueueSpaceGuardTest {

    /** One and a half times the largest message. */
    private static final long FLOOR = 150 * 1024;

    private static final String REFUSED = "452 4.3.1 Insufficient system storage";

    private static final AtomicLong FREE = new AtomicLong(Long.MAX_VALUE);
    private static final AtomicLong NANOS = new AtomicLong();
    private static final RecordingNoticeDesk NOTICES = new RecordingNoticeDesk();

    private static JamesSmtpServer server;

    @BeforeAll
    static void start() throws Exception {
        FreeSpace space =
                new FreeSpace(
                        List.of(new FreeSpace.Disk("mail queue", FREE::get)), 0, 0, NANOS::get);
        server = new JamesSmtpServer(space, NOTICES);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void wantNothing() {
        NOTICES.wantOnly();
    }

    private void leave(long bytes) {
        FREE.set(bytes);
        NANOS.addAndGet(1_000_000_000);
    }

    @Test
    void mailShouldBeRefusedAtMailFromWithoutRoom() throws Exception {
        leave(FLOOR);
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");

            assertThat(talk.say("MAIL FROM:<bob@remote.test>")).isEqualTo(REFUSED);
            assertThat(talk.say("RCPT TO:<alice@good.test>")).startsWith("503");
        }
    }

    @Test
    void mailShouldBeTakenAgainInTheSameSessionOnceThereIsRoom() throws Exception {
        leave(FLOOR);
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            talk.say("MAIL FROM:<bob@remote.test>");
            leave(FLOOR + 1);

            assertThat(talk.say("MAIL FROM:<bob@remote.test>")).startsWith("250");
            assertThat(talk.say("RCPT TO:<alice@good.test>")).startsWith("250");
            assertThat(talk.say("DATA")).startsWith("354");
            assertThat(talk.say("Subject: hello\r\n\r\nhello\r\n.")).startsWith("250");
        }
    }

    @Test
    void theSizeAnnouncedShouldCount() throws Exception {
        leave(FLOOR + 5000);
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");

            assertThat(talk.say("MAIL FROM:<bob@remote.test> SIZE=5001")).isEqualTo(REFUSED);
            assertThat(talk.say("MAIL FROM:<bob@remote.test> SIZE=5000")).startsWith("250");
        }
    }

    @Test
    void sizesAnnouncedInOtherSessionsShouldCountUntilTheDiskIsLookedAtAgain() throws Exception {
        leave(FLOOR + 5000);
        try (SmtpTalk one = server.talk();
                SmtpTalk other = server.talk()) {
            one.say("EHLO one.test");
            other.say("EHLO other.test");
            one.say("MAIL FROM:<bob@remote.test> SIZE=4000");

            assertThat(other.say("MAIL FROM:<bob@remote.test> SIZE=4000")).isEqualTo(REFUSED);
            leave(FLOOR + 5000);
            assertThat(other.say("MAIL FROM:<bob@remote.test> SIZE=4000")).startsWith("250");
        }
    }

    @Test
    @Tag("N1")
    @Tag("N3")
    void thePostmasterShouldHearOfItWithNumbersAndTranscript() throws Exception {
        NOTICES.wantOnly(NotifyClass.RESOURCE);
        leave(1000);
        try (SmtpTalk talk = server.talk()) {
            talk.say("EHLO client.test");
            talk.say("MAIL FROM:<bob@remote.test>");
            talk.quit();
        }

        Notice notice = NOTICES.take();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.RESOURCE);
        assertThat(notice.cause()).isEqualTo("SMTP server: resource: QueueSpaceGuard");
        assertThat(notice.subject()).startsWith("james-qmgr SMTP server: errors from ");
        assertThat(notice.text())
                .startsWith(
                        "not enough free space in mail queue: 1000 bytes < 1.5*message size limit"
                                + " (153600 bytes)",
                        "",
                        "Transcript of session follows.")
                .containsSequence(" In:  MAIL FROM:<bob@remote.test>", " Out: " + REFUSED);
        assertThat(NOTICES.notices()).isEmpty();
    }
}
