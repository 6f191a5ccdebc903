/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the postmaster hears of a queue manager in trouble. */
@Tag("N1")
class NoticeTriggersTest extends QueueManagerFixture {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final DoubleBounce OWN = DoubleBounce.of("double-bounce", "us.example");

    private final RecordingNoticeDesk desk = new RecordingNoticeDesk();
    private final NoticeTriggers triggers = new NoticeTriggers(desk, OWN);
    private final TestAgent agent = new TestAgent(clock);

    private void startTelling() {
        start(QueueEventListener.all(List.of(events, triggers)));
    }

    private void deliver(FollowUp followUp) {
        startTelling();
        queueManager.startDelivery(
                DeliveryPlan.of(
                        List.of(new PushTransport(SMTP, TransportLimits.defaults(), agent)),
                        (envelope, to) -> new Destination(SMTP, to.getDomain().asString()),
                        followUp));
    }

    private Notice told() {
        await().atMost(Duration.ofSeconds(30)).until(() -> !desk.notices().isEmpty());
        return desk.only();
    }

    private EnvelopeBuilder outbound() {
        return EnvelopeBuilder.mail(SMTP, clock.instant()).to("a@x.example");
    }

    @Test
    @Tag("Q8")
    void aDamagedQueueFileShouldBeReported() throws Exception {
        startTelling();
        QueueId bad = submit();
        memory.damage(bad);
        subscribe(consumer, 1);

        Notice notice = told();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
        assertThat(notice.cause()).isEqualTo("queue file");
        assertThat(notice.subject()).isEqualTo("james-qmgr: damaged queue file " + bad);
        assertThat(notice.text())
                .contains("Queue file: " + bad)
                .endsWith("", "For other details, see the local mail logfile");
    }

    @Test
    void aMessageThatTheServerDiesOfShouldBeReported() throws Exception {
        QueueId suspect = crasher(2);
        startTelling();

        assertThat(told().subject())
                .isEqualTo("james-qmgr: the server died while working on " + suspect);
    }

    @Test
    void aMessageThatIsHeldForItsCrashesShouldBeReported() throws Exception {
        QueueId id = crasher(3);
        startTelling();

        Notice notice = told();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
        assertThat(notice.subject()).isEqualTo("james-qmgr: " + id + " placed on hold");
    }

    @Test
    void aMessageThatSomebodyHoldsShouldNotBeReported() throws Exception {
        startTelling();
        QueueId id = submit();
        subscribe(consumer, 1);
        PulledMessage message = consumer.next();
        message.hold(message.message().envelope(), "looked at first");

        await().until(() -> events.eventsOf(id).contains("held"));
        assertThat(desk.notices()).isEmpty();
    }

    @Test
    @Tag("N4")
    void aStoreThatTakesNoMailShouldBeReportedAsOneCauseAsOftenAsItFails() {
        startTelling();
        store.fail(true);
        assertThatThrownBy(this::submit).isInstanceOf(MessageStoreException.class);
        assertThatThrownBy(this::submit).isInstanceOf(MessageStoreException.class);

        assertThat(desk.notices())
                .filteredOn(notice -> notice.cause().equals("store: accept"))
                .hasSize(2)
                .allMatch(notice -> notice.noticeClass() == NotifyClass.RESOURCE);
    }

    @Test
    void anAgentThatIsBrokenShouldBeReported() throws Exception {
        agent.isBroken(new NoClassDefFoundError("org/example/Missing"));
        deliver(new RecordingFollowUp());
        QueueId id = submit(outbound().build());

        Notice notice = told();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
        assertThat(notice.cause()).isEqualTo("transport smtp: NoClassDefFoundError");
        assertThat(notice.text())
                .contains("Queue id: " + id)
                .contains("java.lang.NoClassDefFoundError: org/example/Missing");
        await().until(() -> found(id).queue() == QueueName.DEFERRED);
    }

    @Test
    void anAgentThatRunsOutOfMemoryShouldBeTroubleWithResources() throws Exception {
        agent.isBroken(new OutOfMemoryError("Java heap space"));
        deliver(new RecordingFollowUp());
        submit(outbound().build());

        Notice notice = told();

        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.RESOURCE);
        assertThat(notice.subject()).isEqualTo("james-qmgr: out of memory");
    }

    @Test
    void anAgentThatLacksSomethingShouldBeReported() throws Exception {
        agent.fate(new MailAddress("a@x.example"), "4.4.1", "connect to x: Too many open files");
        deliver(new RecordingFollowUp());
        submit(outbound().build());

        assertThat(told().noticeClass()).isEqualTo(NotifyClass.RESOURCE);
    }

    @Test
    void mailThatCannotBeReadShouldBeReported() throws Exception {
        agent.cannotRead();
        deliver(new RecordingFollowUp());
        submit(outbound().build());

        assertThat(told().cause()).isEqualTo("transport smtp: IOException");
    }

    @Test
    void aReportThatCannotBeMadeShouldBeReported() throws Exception {
        agent.fate(new MailAddress("a@x.example"), "5.1.1", "no such user");
        RecordingFollowUp followUp = new RecordingFollowUp();
        followUp.isDefective(new StackOverflowError());
        deliver(followUp);
        submit(outbound().build());

        assertThat(told().cause()).isEqualTo("queue manager: StackOverflowError");
    }

    @Test
    void troubleWithMailToPostmastersShouldMakeNoMail() throws Exception {
        agent.isBroken(new NoClassDefFoundError("org/example/Missing"));
        deliver(new RecordingFollowUp());
        QueueId id =
                submit(
                        outbound()
                                .from(MaybeSender.getMailSender("Double-Bounce@us.example"))
                                .build());

        await().until(() -> found(id).queue() == QueueName.DEFERRED);
        assertThat(desk.notices()).isEmpty();
    }

    @Test
    void aConsumerThatThrowsShouldBeReported() throws Exception {
        startTelling();
        submit();
        subscribe(
                message -> {
                    throw new IllegalArgumentException("oops");
                },
                1);

        assertThat(told().cause()).isEqualTo("spool, consumer: IllegalArgumentException");
    }

    @Test
    void aPipelineShouldBeToldByWhatItsExceptionSays() throws Exception {
        startTelling();
        submit();
        subscribe(consumer, 1);
        PulledMessage message = consumer.next();

        message.failed(
                "mailet RecipientRewriteTable",
                "it waits",
                Optional.of(new IllegalStateException(new SQLException("down"))));
        message.failed("mailet X", "it waits", Optional.of(new IOException("Too many open files")));
        message.failed("pipeline", "nobody knows", Optional.empty());

        assertThat(desk.notices())
                .extracting(Notice::noticeClass)
                .containsExactly(NotifyClass.DATA, NotifyClass.RESOURCE, NotifyClass.SOFTWARE);
        assertThat(desk.notices().get(2).text()).contains("nobody knows");
    }

    @Test
    void whatNobodyWantsShouldNotBeMade() throws Exception {
        desk.wantOnly(NotifyClass.DATA);
        startTelling();
        QueueId bad = submit();
        memory.damage(bad);
        subscribe(consumer, 1);

        await().until(() -> events.eventsOf(bad).contains("corrupt"));
        assertThat(desk.notices()).isEmpty();
    }

    @Test
    @Tag("N4")
    void whatTheEndBringsShouldBeSentWhileMailIsAccepted() throws Exception {
        startTelling();
        QueuedMessage[] sent = new QueuedMessage[1];
        queueManager.atEnd(
                () -> {
                    try {
                        sent[0] = found(submit());
                    } catch (MessageStoreException e) {
                        throw new IllegalStateException(e);
                    }
                });

        queueManager.close();

        assertThat(sent[0]).isNotNull();
        assertThatThrownBy(this::submit).isInstanceOf(MessageStoreException.class);
    }
}
