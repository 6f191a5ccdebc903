/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeOutbox;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.Parallel;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("N4")
@Timeout(60)
class NoticeSenderTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration MINUTE = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock(START);
    private final Outbox outbox = new Outbox();
    private NoticeSender sender = new NoticeSender(settings(MINUTE), outbox, clock);

    /** Fails as long as the test says. */
    private static final class Outbox implements NoticeOutbox {

        private final BlockingQueue<Notice> sent = new LinkedBlockingQueue<>();
        private volatile Optional<Throwable> trouble = Optional.empty();
        private volatile Runnable onSend = () -> {};
        private int tries;

        @Override
        public void send(Notice notice) throws IOException {
            tries++;
            onSend.run();
            if (trouble.isPresent()) {
                throwIt(trouble.get());
            }
            sent.add(notice);
        }

        private static void throwIt(Throwable trouble) throws IOException {
            if (trouble instanceof IOException e) {
                throw e;
            }
            if (trouble instanceof Error e) {
                throw e;
            }
            throw (RuntimeException) trouble;
        }

        /** What was sent since the last look. */
        List<String> subjects() {
            List<Notice> notices = new ArrayList<>();
            sent.drainTo(notices);
            return notices.stream().map(Notice::subject).toList();
        }
    }

    private static NoticeSettings settings(Duration interval) {
        Map<NotifyClass, String> recipients = new EnumMap<>(NotifyClass.class);
        Stream.of(NotifyClass.values()).forEach(each -> recipients.put(each, "postmaster"));
        return new NoticeSettings(
                Set.of(NotifyClass.SOFTWARE, NotifyClass.RESOURCE), recipients, interval);
    }

    @AfterEach
    void close() {
        sender.close();
    }

    @Test
    void onlyWhatIsWantedShouldBeSent() {
        sender.tell(notice(NotifyClass.SOFTWARE, "bug"));
        sender.tell(notice(NotifyClass.DATA, "table"));
        sender.round();

        assertThat(sender.wants(NotifyClass.SOFTWARE)).isTrue();
        assertThat(sender.wants(NotifyClass.DATA)).isFalse();
        assertThat(outbox.subjects()).containsExactly("bug");
    }

    @Test
    void aStormShouldBeSummedUp() {
        for (int i = 0; i < 80; i++) {
            sender.tell(notice("bug"));
        }

        assertThat(sender.round()).isLessThanOrEqualTo(MINUTE);
        assertThat(outbox.subjects()).containsExactly("bug");
        clock.pass(MINUTE);
        sender.round();
        assertThat(outbox.subjects()).containsExactly("bug (79 more)");
    }

    @Test
    void whatComesFasterThanItIsTakenInShouldBeCounted() {
        for (int i = 0; i < 5000; i++) {
            sender.tell(notice("bug"));
        }
        sender.round();
        clock.pass(MINUTE);
        sender.round();

        assertThat(outbox.subjects())
                .containsExactly(
                        "bug",
                        "james-qmgr: more trouble than could be taken in (4900 more)",
                        "bug (99 more)");
    }

    @Test
    void whatCannotBeSentShouldBeSentLaterInOrder() {
        outbox.trouble = Optional.of(new IOException("disk full"));
        sender.tell(notice("first"));
        sender.tell(notice("second"));

        assertThat(sender.round()).isEqualTo(NoticeSender.RETRY);
        sender.tell(notice("first"));
        sender.round();
        clock.pass(MINUTE);
        outbox.trouble = Optional.empty();
        sender.round();

        assertThat(outbox.subjects()).containsExactly("first", "second", "first (1 more)");
    }

    @Test
    void aNoticeThatIsLateShouldSayWhy() {
        outbox.trouble = Optional.of(new IOException("disk full"));
        sender.tell(notice("first"));
        sender.round();
        clock.pass(MINUTE);
        outbox.trouble = Optional.empty();
        sender.round();

        assertThat(outbox.sent.remove().text())
                .endsWith(
                        "",
                        "This notice is late. It could not be sent at 2026-03-01T12:00:00Z:"
                                + " java.io.IOException: disk full");
    }

    @Test
    void sendingShouldBeTriedAgainAfterAPauseOnly() {
        outbox.trouble = Optional.of(new IOException("disk full"));
        sender.tell(notice("first"));
        sender.round();
        sender.tell(notice("second"));
        sender.round();
        assertThat(outbox.tries).isEqualTo(1);

        clock.pass(NoticeSender.RETRY);
        sender.round();
        assertThat(outbox.tries).isEqualTo(2);
    }

    @Test
    void noMemoryShouldBeWaitedFor() {
        outbox.trouble = Optional.of(new OutOfMemoryError("Java heap space"));
        sender.tell(notice("first"));
        for (int i = 0; i < 10; i++) {
            sender.round();
            clock.pass(NoticeSender.RETRY);
        }
        outbox.trouble = Optional.empty();
        sender.round();

        assertThat(outbox.subjects()).containsExactly("first");
    }

    @Test
    void aNoticeThatCannotBeMadeShouldNotBeInTheWayForEver() {
        outbox.trouble = Optional.of(new IllegalStateException("bad subject"));
        sender.tell(notice("first"));
        for (int i = 0; i < 3; i++) {
            sender.round();
            clock.pass(NoticeSender.RETRY);
        }
        outbox.trouble = Optional.empty();
        sender.tell(notice("second"));
        sender.round();

        assertThat(outbox.subjects()).containsExactly("second");
    }

    @Test
    void theThreadShouldSendByItself() throws Exception {
        sender = NoticeSender.start(settings(MINUTE), outbox, clock);
        sender.tell(notice("first"));

        assertThat(outbox.sent.poll(30, TimeUnit.SECONDS)).isEqualTo(notice("first"));
    }

    @Test
    void closingShouldSendWhatIsCountedAndEnd() {
        sender = NoticeSender.start(settings(MINUTE), outbox, clock);
        sender.tell(notice("first"));
        sender.tell(notice("first"));
        sender.tell(notice("first"));

        sender.close();
        sender.tell(notice("first"));

        assertThat(outbox.subjects()).containsExactly("first", "first (2 more)");
    }

    @Test
    void closingShouldNotWaitForAnOutboxThatFails() {
        outbox.trouble = Optional.of(new IOException("disk full"));
        sender = NoticeSender.start(settings(MINUTE), outbox, clock);
        sender.tell(notice("first"));

        sender.close();

        assertThat(outbox.sent).isEmpty();
        assertThat(sender.wants(NotifyClass.SOFTWARE)).isFalse();
    }

    @Test
    void tellingShouldNotWaitForAnOutboxThatHangs() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        outbox.onSend = () -> QueueManagerFixture.awaitQuietly(letGo);
        sender = NoticeSender.start(settings(MINUTE), outbox, clock);
        for (int i = 0; i < 5000; i++) {
            sender.tell(notice("bug"));
        }
        letGo.countDown();
        sender.close();

        assertThat(outbox.sent.stream().mapToInt(NoticeSenderTest::events).sum()).isEqualTo(5000);
    }

    @Test
    void troubleWithSendingShouldNotMakeANotice() throws Exception {
        outbox.onSend = () -> sender.tell(notice("sending failed"));
        sender = NoticeSender.start(settings(Duration.ZERO), outbox, clock);
        sender.tell(notice("first"));

        sender.close();

        assertThat(outbox.subjects()).containsExactly("first");
    }

    @Test
    void nothingShouldGetLostBetweenThreads() throws Exception {
        sender = NoticeSender.start(settings(Duration.ZERO), outbox, clock);
        Parallel.run(8, thread -> tell("bug " + thread, 2000));

        sender.close();

        assertThat(outbox.sent.stream().mapToInt(NoticeSenderTest::events).sum()).isEqualTo(16_000);
    }

    private void tell(String subject, int times) {
        for (int i = 0; i < times; i++) {
            sender.tell(notice(subject));
        }
    }

    private static int events(Notice notice) {
        return notice.subject().endsWith(" more)")
                ? Integer.parseInt(notice.subject().replaceAll(".*\\((\\d+) more\\)", "$1"))
                : 1;
    }

    private static Notice notice(String subject) {
        return notice(NotifyClass.SOFTWARE, subject);
    }

    private static Notice notice(NotifyClass noticeClass, String subject) {
        return new Notice(noticeClass, subject, subject, List.of("text"));
    }
}
