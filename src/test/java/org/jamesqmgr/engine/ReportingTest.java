/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ThrowingRunnable;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which reports the end of a round makes, in which order, and what is remembered of them. */
class ReportingTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WARNING_TIME = Duration.ofHours(4);

    private final TestAgent agent = new TestAgent(clock);
    private final RecordingFollowUp followUp = new RecordingFollowUp();

    /** By a clock that nobody sets. */
    private final AtomicLong passed = new AtomicLong();

    @TempDir private Path directory;

    private void deliver() {
        queueManager = QueueManager.start(store, settings, clock, passed::get, events);
        startDelivery();
    }

    private void pass(Duration time) {
        passed.addAndGet(time.toNanos());
        clock.pass(time);
    }

    private void startDelivery() {
        queueManager.startDelivery(
                DeliveryPlan.of(
                                List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                                (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                                followUp)
                        .withDelayWarningTime(WARNING_TIME));
    }

    /** The server is killed and started again. */
    private void restart() throws Exception {
        queueManager.close();
        memory = memory.afterKill();
        store = new FailingMessageStore(memory);
        deliver();
    }

    private EnvelopeBuilder outbound(String... recipients) {
        return EnvelopeBuilder.mail(SMTP, clock.instant()).to(recipients);
    }

    private EnvelopeBuilder old(Duration age, String... recipients) {
        return EnvelopeBuilder.mail(SMTP, NOW.minus(age)).to(recipients);
    }

    private static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).untilAsserted(assertion);
    }

    private void gone(QueueId id) {
        soon(() -> assertThat(memory.find(id)).isEmpty());
    }

    /** Waits until so many rounds have ended in deferral. */
    private QueuedMessage deferred(QueueId id, int rounds) throws Exception {
        soon(
                () -> {
                    assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED);
                    assertThat(found(id).status().attempts()).isEqualTo(rounds);
                });
        return found(id);
    }

    /** One more round at least: what is due by now may be tried by itself, too. */
    private QueuedMessage triedAgain(QueueId id) throws Exception {
        int before = found(id).status().attempts();
        queueManager.flush(SMTP);
        soon(
                () -> {
                    assertThat(found(id).queue()).isEqualTo(QueueName.DEFERRED);
                    assertThat(found(id).status().attempts()).isGreaterThan(before);
                });
        return found(id);
    }

    @Test
    @Tag("B1")
    @Tag("B3")
    void failuresShouldBeReportedBeforeSuccesses() throws Exception {
        agent.fate(address("b@x.example"), "5.1.1", "no such user");
        deliver();

        gone(submit(outbound("a@x.example", "b@x.example").build()));

        assertThat(followUp.calls()).containsExactly("undeliverable", "delivered");
    }

    @Test
    @Tag("D4")
    void theReportOnExpiredMailShouldSaySoAndRepeatTheLastReason() throws Exception {
        agent.fate(address("a@x.example"), "4.4.1", "connect to x.example: timed out");
        deliver();

        gone(submit(old(Duration.ofDays(6), "a@x.example").build()));

        assertThat(followUp.reasons())
                .containsExactly(
                        "4.4.1 mail has expired; last attempt: connect to x.example: timed out");
    }

    @Test
    @Tag("D4")
    @Tag("D6")
    void expiredMailShouldNotBeCalledLateToo() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();

        gone(submit(old(Duration.ofDays(6), "a@x.example").build()));

        assertThat(followUp.calls()).containsExactly("undeliverable");
    }

    @Test
    @Tag("D6")
    void lateMailShouldBeReportedOnceHoweverOftenItIsTried() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        deferred(id, 1);
        assertThat(followUp.delays()).isEmpty();

        pass(WARNING_TIME.minusSeconds(1));
        triedAgain(id);
        assertThat(followUp.delays()).isEmpty();
        pass(Duration.ofSeconds(1));
        for (int round = 0; round < 3; round++) {
            triedAgain(id);
        }

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D6")
    @Tag("Q9")
    void aClockThatIsSetForwardShouldMakeNoMailLate() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id, 1);

        clock.pass(WARNING_TIME);
        triedAgain(id);

        assertThat(followUp.delays()).isEmpty();
    }

    @Test
    @Tag("D6")
    void noWarningTimeShouldMeanNoWarnings() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        start();
        queueManager.startDelivery(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                        (envelope, to) -> new Destination(SMTP, "x"),
                        followUp));

        deferred(submit(old(Duration.ofDays(4), "a@x.example").build()), 1);

        assertThat(followUp.calls()).isEmpty();
    }

    @Test
    @Tag("D6")
    @Tag("D9")
    void aDelayThatWasAskedForShouldNotCountAsOne() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();

        QueueId id = submit(old(Duration.ofDays(2), "a@x.example").createdAt(NOW).build());
        deferred(id, 1);
        assertThat(followUp.delays()).isEmpty();
        pass(WARNING_TIME);
        triedAgain(id);

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D6")
    void aWarningShouldBeRememberedAfterARestart() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        deliver();
        QueueId id = submit(old(WARNING_TIME, "a@x.example").build());
        assertThat(deferred(id, 1).status().marks()).containsExactly(Mark.DELAY_REPORTED);

        restart();
        triedAgain(id);

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D6")
    void aWarningShouldBeRememberedInTheQueueDirectory() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        MessageStore first = startOnDirectory();
        QueueId id = submit(old(WARNING_TIME, "a@x.example").build());
        soon(() -> assertThat(attempts(first, id)).isEqualTo(1));
        queueManager.close();

        MessageStore second = startOnDirectory();
        queueManager.flush(SMTP);
        soon(() -> assertThat(attempts(second, id)).isEqualTo(2));

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    private MessageStore startOnDirectory() throws MessageStoreException {
        MessageStore onDisk = DirectoryMessageStore.open(directory.resolve("queue"), clock);
        queueManager = QueueManager.start(onDisk, settings, clock, events);
        startDelivery();
        return onDisk;
    }

    private static int attempts(MessageStore from, QueueId id) throws MessageStoreException {
        Optional<QueuedMessage> message = from.find(id);
        return message.filter(found -> found.queue() == QueueName.DEFERRED)
                .map(found -> found.status().attempts())
                .orElse(-1);
    }

    @Test
    @Tag("D6")
    void aWarningThatCannotBeStoredShouldBeGivenAfterTheNextAttempt() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        followUp.breaks(true);
        deliver();
        QueueId id = submit(old(WARNING_TIME, "a@x.example").build());
        assertThat(deferred(id, 1).status().reason()).isEqualTo("later");

        followUp.breaks(false);
        triedAgain(id);

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D6")
    void aWarningShouldBeGivenOnceHoweverOftenTheEndIsTried() throws Exception {
        agent.fate(address("a@x.example"), "4.2.0", "later");
        store.failEndings(true);
        deliver();
        QueueId id = submit(old(WARNING_TIME, "a@x.example").build());
        soon(() -> assertThat(store.refusals()).isGreaterThanOrEqualTo(2));

        store.failEndings(false);
        assertThat(deferred(id, 1).status().marks()).containsExactly(Mark.DELAY_REPORTED);

        assertThat(followUp.delays()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D6")
    void mailThatWaitsForItsReportAloneShouldNotBeCalledLate() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        followUp.breaks(true);
        deliver();

        deferred(submit(old(WARNING_TIME, "a@x.example").build()), 1);

        assertThat(followUp.calls()).containsOnly("undeliverable");
    }

    @Test
    @Tag("B1")
    void aKillBetweenAReportAndItsNoteShouldRepeatTheReportAndLoseNothing() throws Exception {
        agent.fate(address("a@x.example"), "5.1.1", "no such user");
        agent.fate(address("b@x.example"), "4.2.0", "later");
        store.failEndings(true);
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        soon(() -> assertThat(followUp.failures()).hasSize(1));

        restart();
        deferred(id, 1);

        assertThat(followUp.failures()).containsExactly("a@x.example", "a@x.example");
        assertThat(found(id).pendingRecipients()).containsExactly(address("b@x.example"));
    }

    @Test
    @Tag("B3")
    void aSuccessThatCannotBeReportedShouldKeepTheMessageUntilItIs() throws Exception {
        agent.fate(address("b@x.example"), "4.2.0", "later");
        followUp.breaks(true);
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        QueuedMessage waiting = deferred(id, 1);
        assertThat(waiting.status().marks()).containsExactly(Mark.SUCCESS_OWED);
        assertThat(waiting.status().reason()).contains("could not be told of a success");

        followUp.breaks(false);
        agent.works(address("b@x.example"));
        restart();
        queueManager.flush(SMTP);

        gone(id);
        assertThat(followUp.successes()).containsExactly("a@x.example", "b@x.example");
        assertThat(agent.requests()).hasSize(2);
    }

    @Test
    @Tag("B3")
    void aMessageShouldWaitForTheReportOnItsLastSuccessWithoutBeingDeliveredAgain()
            throws Exception {
        followUp.breaks(true);
        deliver();
        QueueId id = submit(outbound("a@x.example").build());
        deferred(id, 1);

        followUp.breaks(false);
        queueManager.flush(SMTP);

        gone(id);
        assertThat(followUp.successes()).containsExactly("a@x.example");
        assertThat(agent.requests()).hasSize(1);
    }

    @Test
    @Tag("B3")
    void aSuccessThatIsReportedShouldNotBeOwedAnyMore() throws Exception {
        agent.fate(address("b@x.example"), "4.2.0", "later");
        followUp.breaks(true);
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        deferred(id, 1);
        followUp.breaks(false);

        for (int round = 0; round < 3; round++) {
            assertThat(triedAgain(id).status().marks()).isEmpty();
        }

        assertThat(followUp.successes()).containsExactly("a@x.example");
    }

    @Test
    @Tag("B3")
    void aFailureThatCannotBeReportedShouldNotHideASuccess() throws Exception {
        agent.fate(address("b@x.example"), "5.1.1", "no such user");
        followUp.breaks(true);
        deliver();
        QueueId id = submit(outbound("a@x.example", "b@x.example").build());
        deferred(id, 1);

        followUp.breaks(false);
        queueManager.flush(SMTP);

        gone(id);
        assertThat(followUp.failures()).containsExactly("b@x.example");
        assertThat(followUp.successes()).containsExactly("a@x.example");
    }

    @Test
    @Tag("D4")
    void aSuccessThatCanNeverBeReportedShouldNotKeepAMessageForEver() throws Exception {
        followUp.breaks(true);
        deliver();

        gone(submit(old(Duration.ofDays(6), "a@x.example").build()));
    }
}
