/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.jamesqmgr.admin.QueueAdminFixture.NOW;
import static org.jamesqmgr.admin.QueueAdminFixture.SPOOL;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.engine.PullSubscription;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An administrator's work on queues in memory; {@link QueueAdminOnDirectoryTest} has it on a disk. */
class QueueAdminTest {

    QueueAdminFixture queues;
    QueueAdmin admin;

    QueueAdminFixture queues() throws Exception {
        return QueueAdminFixture.inMemory();
    }

    @BeforeEach
    void open() throws Exception {
        queues = queues();
        admin = queues.admin;
    }

    @AfterEach
    void close() throws Exception {
        queues.close();
    }

    private List<QueueId> listed(QueueSelector selector, int limit) throws Exception {
        List<QueueId> ids = new ArrayList<>();
        String cursor = "";
        do {
            MessagePage page = admin.list(selector, cursor, limit);
            page.messages().forEach(listed -> ids.add(listed.message().id()));
            cursor = page.cursor();
        } while (!cursor.isEmpty());
        return ids;
    }

    private List<QueueId> listed(MessageFilter filter) throws Exception {
        return listed(QueueSelector.matching(filter), 10);
    }

    private static MessageFilter with(
            Optional<String> sender,
            Optional<String> recipient,
            Optional<String> either,
            Optional<String> domain,
            Optional<String> reason) {
        return new MessageFilter(
                Set.of(),
                Optional.empty(),
                sender,
                recipient,
                either,
                domain,
                reason,
                Optional.empty(),
                0);
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    private ActionResult only(ActionPage page) {
        assertThat(page.cursor()).isEmpty();
        assertThat(page.results()).hasSize(1);
        return page.results().get(0);
    }

    private static QueueSelector one(QueueId id) {
        return QueueSelector.ids(List.of(id));
    }

    @Test
    @Tag("A1")
    void pagesShouldHaveEveryMessageOnce() throws Exception {
        List<QueueId> ids = queues.accept(25);

        assertThat(listed(QueueSelector.all(), 10)).isEqualTo(ids);
    }

    @Test
    @Tag("A1")
    void pagesShouldHaveWhatStaysOnceWhileOtherMailComesAndGoes() throws Exception {
        List<QueueId> ids = queues.accept(30);
        List<QueueId> seen = new ArrayList<>();
        String cursor = "";
        int page = 0;
        do {
            MessagePage next = admin.list(QueueSelector.all(), cursor, 4);
            next.messages().forEach(listed -> seen.add(listed.message().id()));
            cursor = next.cursor();
            queues.store.remove(ids.get(page * 3));
            queues.store.hold(ids.get(page * 3 + 1), "by hand");
            queues.accept(1);
            page++;
        } while (!cursor.isEmpty() && page < 10);

        assertThat(seen).doesNotHaveDuplicates();
        List<QueueId> stayed = new ArrayList<>(ids);
        stayed.removeIf(id -> notThere(id));
        assertThat(seen).containsAll(stayed);
    }

    private boolean notThere(QueueId id) {
        try {
            return queues.store.find(id).isEmpty();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Tag("A7")
    void noIdShouldMeanNoMessage() throws Exception {
        queues.accept(2);

        assertThat(listed(QueueSelector.ids(List.of()), 10)).isEmpty();
        assertThat(admin.delete(QueueSelector.ids(List.of()), "").results()).isEmpty();
        assertThat(queues.store.counts()).containsEntry(QueueName.INCOMING, 2L);
    }

    @Test
    @Tag("A7")
    void blankConditionShouldBeRefused() {
        assertThatThrownBy(() -> with(Optional.of(" "), none(), none(), none(), none()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cursorOfSomebodyElseShouldBeRefused() {
        assertThatThrownBy(() -> admin.list(QueueSelector.all(), "next", 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("A7")
    void messagesShouldBeFoundByWhatTheyAre() throws Exception {
        QueueId fromAnn =
                queues.accept(
                        queues.mail("bob@x.example")
                                .from(MaybeSender.of(address("Ann@y.example"))));
        QueueId report = queues.accept(queues.mail("ann@y.example").from(MaybeSender.nullSender()));
        QueueId late = queues.deferred("450 Greylisted", queues.mail("eve@sub.x.example"));

        assertThat(listed(with(Optional.of("ann@Y.example"), none(), none(), none(), none())))
                .containsExactly(fromAnn);
        assertThat(listed(with(Optional.of("<>"), none(), none(), none(), none())))
                .containsExactly(report);
        assertThat(listed(with(none(), Optional.of("@x.example"), none(), none(), none())))
                .containsExactly(fromAnn);
        assertThat(listed(with(none(), none(), Optional.of("ann@y.example"), none(), none())))
                .containsExactly(fromAnn, report);
        assertThat(listed(with(none(), none(), none(), Optional.of("sub.x.example"), none())))
                .containsExactly(late);
        assertThat(listed(with(none(), none(), none(), none(), Optional.of("greylisted"))))
                .containsExactly(late);
    }

    @Test
    @Tag("A7")
    void messagesShouldBeFoundByAgeSizeTransportAndQueue() throws Exception {
        QueueId old = queues.accept(queues.mail("a@x.example"));
        queues.clock.pass(Duration.ofHours(2));
        QueueId young = queues.accept(queues.mail("a@x.example"));
        admin.hold(one(young), "");
        MessageFilter aged =
                new MessageFilter(
                        Set.of(),
                        Optional.empty(),
                        none(),
                        none(),
                        none(),
                        none(),
                        none(),
                        Optional.of(Duration.ofHours(1)),
                        0);
        MessageFilter large =
                new MessageFilter(
                        Set.of(),
                        Optional.of(new TransportName("smtp")),
                        none(),
                        none(),
                        none(),
                        none(),
                        none(),
                        Optional.empty(),
                        1000);

        assertThat(listed(aged)).containsExactly(old);
        assertThat(listed(large)).isEmpty();
        assertThat(listed(MessageFilter.ANY.inQueues(Set.of(QueueName.HOLD))))
                .containsExactly(young);
    }

    @Test
    @Tag("A2")
    void deletionShouldSayWhatBecameOfEach() throws Exception {
        List<QueueId> ids = queues.accept(3);
        QueueId unknown = new QueueId(1, 1);
        List<QueueId> named = List.of(ids.get(2), unknown, ids.get(0));

        ActionPage page = admin.delete(QueueSelector.ids(named), "");

        assertThat(page.results())
                .extracting(ActionResult::id, ActionResult::outcome)
                .containsExactly(
                        tuple(ids.get(2), ActionOutcome.DONE),
                        tuple(unknown, ActionOutcome.UNKNOWN),
                        tuple(ids.get(0), ActionOutcome.DONE));
        assertThat(listed(QueueSelector.all(), 10)).containsExactly(ids.get(1));
    }

    @Test
    @Tag("A2")
    void namedMessageOfAnotherQueueShouldBeLeftAlone() throws Exception {
        QueueId id = queues.accept(1).get(0);
        QueueSelector held =
                new QueueSelector(
                        Optional.of(List.of(id)),
                        MessageFilter.ANY.inQueues(Set.of(QueueName.HOLD)));

        assertThat(only(admin.delete(held, "")).outcome()).isEqualTo(ActionOutcome.UNKNOWN);

        assertThat(queues.store.find(id)).isPresent();
    }

    @Test
    @Tag("A2")
    void failureOfTheStoreShouldBeSaidOfTheMessage() throws Exception {
        QueueId id = queues.accept(1).get(0);
        queues.store.failRemovals(true);

        ActionResult result = only(admin.delete(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.FAILED);
        assertThat(result.detail()).isEqualTo("told to fail");
    }

    @Test
    @Tag("A3")
    void heldMailShouldBeReleasedWithAWordOnItsAge() throws Exception {
        QueueId id =
                queues.accept(queues.mail("a@x.example").createdAt(NOW.minus(Duration.ofDays(6))));
        assertThat(only(admin.hold(one(id), "")).outcome()).isEqualTo(ActionOutcome.DONE);
        assertThat(admin.hold(one(id), "").results().get(0).outcome())
                .isEqualTo(ActionOutcome.UNKNOWN);

        ActionResult released = only(admin.release(one(id), ""));

        assertThat(released.outcome()).isEqualTo(ActionOutcome.DONE);
        assertThat(released.detail()).contains("past its lifetime");
        assertThat(queues.found(id).queue()).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    @Tag("A2")
    void secondExpiryShouldBeNothingToDo() throws Exception {
        QueueId id = queues.deferred("later", queues.mail("a@x.example"));

        assertThat(only(admin.expire(one(id), "")).outcome()).isEqualTo(ActionOutcome.DONE);
        assertThat(only(admin.expire(one(id), "")).outcome()).isEqualTo(ActionOutcome.ALREADY);

        assertThat(queues.found(id).status().forcedExpire()).isTrue();
    }

    @Test
    @Tag("A4")
    void requeuedMailShouldBeginAgainUnderANewId() throws Exception {
        QueueId id = queues.deferred("later", queues.mail("a@x.example"));
        queues.clock.pass(Duration.ofHours(1));

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.DONE);
        assertThat(queues.store.find(id)).isEmpty();
        QueuedMessage now = queues.found(result.newId().orElseThrow());
        assertThat(now.envelope().transport()).isEqualTo(SPOOL);
        assertThat(now.envelope().arrival()).isEqualTo(NOW);
        assertThat(now.envelope().created()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(now.queue()).isEqualTo(QueueName.INCOMING);
        assertThat(content(now.id()))
                .isEqualTo("Received: again at 2026-01-01\r\nSubject: test\r\n\r\nbody\r\n");
    }

    private String content(QueueId id) throws Exception {
        return new String(admin.content(id, 0, 1000).orElseThrow(), US_ASCII);
    }

    @Test
    @Tag("A4")
    void heldMailShouldBeRequeuedToo() throws Exception {
        QueueId id = queues.accept(1).get(0);
        admin.hold(one(id), "");

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(listed(QueueSelector.all(), 10)).containsExactly(result.newId().orElseThrow());
    }

    @Test
    @Tag("A4")
    void allMailShouldBeRequeuedOnceAlthoughItIsThereAgain() throws Exception {
        queues.accept(1200);

        List<ActionResult> results = new ArrayList<>();
        String cursor = "";
        do {
            ActionPage page = admin.requeue(QueueSelector.all(), cursor);
            results.addAll(page.results());
            cursor = page.cursor();
        } while (!cursor.isEmpty());

        assertThat(results).hasSize(1200).allMatch(result -> result.newId().isPresent());
        assertThat(listed(QueueSelector.all(), 2000))
                .containsExactlyInAnyOrderElementsOf(
                        results.stream().flatMap(done -> done.newId().stream()).toList());
    }

    @Test
    @Tag("A4")
    void requeueThatIsNotAcceptedShouldLeaveTheMessage() throws Exception {
        QueueId id = queues.accept(1).get(0);
        queues.store.acceptOnly(0);

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.FAILED);
        assertThat(listed(QueueSelector.all(), 10)).containsExactly(id);
    }

    @Test
    @Tag("A4")
    void requeueShouldLeaveOneMessageWhenTheOldOneCannotGo() throws Exception {
        QueueId id = queues.deferred("later", queues.mail("a@x.example"));
        queues.store.failEndings(true);

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.FAILED);
        assertThat(listed(QueueSelector.all(), 10)).containsExactly(id);
    }

    @Test
    @Tag("A4")
    void requeueShouldLeaveOneMessageWhenTheHeldOneCannotGo() throws Exception {
        QueueId id = queues.accept(1).get(0);
        admin.hold(one(id), "");
        queues.store.failRemovals(true);

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.FAILED);
        assertThat(listed(QueueSelector.all(), 10)).containsExactly(id);
    }

    @Test
    @Tag("A4")
    void requeueShouldStandWhenTheOldMessageIsGoneThoughThatFailed() throws Exception {
        QueueId id = queues.accept(1).get(0);
        admin.hold(one(id), "");
        queues.store.failAfterRemovals(true);

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(listed(QueueSelector.all(), 10)).containsExactly(result.newId().orElseThrow());
    }

    @Test
    @Tag("A4")
    void requeueThatIsNotAcceptedShouldChangeNothingOfWhatWaits() throws Exception {
        QueueId id = queues.deferred("later", queues.mail("a@x.example"));
        QueuedMessage before = queues.found(id);
        queues.store.acceptOnly(0);

        admin.requeue(one(id), "");

        assertThat(queues.found(id)).isEqualTo(before);
    }

    @Test
    @Tag("A4")
    @Tag("B1")
    void requeueShouldNotForgetAFailureThatNobodyWasToldOf() throws Exception {
        QueueId id =
                queues.undeliverable("no such user", queues.mail("a@x.example", "b@x.example"));

        ActionResult result = only(admin.requeue(one(id), ""));

        assertThat(result.outcome()).isEqualTo(ActionOutcome.FAILED);
        assertThat(result.detail()).contains("its sender is not told yet");
        assertThat(listed(QueueSelector.all(), 10)).containsExactly(id);
    }

    @Test
    @Tag("A2")
    @Tag("A3")
    void actionsShouldBeDoneToAllMessagesTogetherOrNot() throws Exception {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(queues.deferred("later", queues.mail("a@x.example")));
        }

        assertAllDone(ids, admin.flush(QueueSelector.all(), ""));
        assertThat(queues.store.counts().get(QueueName.INCOMING)).isEqualTo(5);
        assertAllDone(ids, admin.hold(QueueSelector.all(), ""));
        assertThat(queues.store.counts().get(QueueName.HOLD)).isEqualTo(5);
        assertAllDone(ids, admin.expire(QueueSelector.all(), ""));
        assertThat(queues.found(ids.get(4)).status().forcedExpire()).isTrue();
        assertThat(admin.release(QueueSelector.all(), "").results())
                .allSatisfy(result -> assertThat(result.detail()).startsWith("past its lifetime"))
                .hasSize(5);
        assertThat(queues.store.counts().get(QueueName.HOLD)).isZero();
        assertAllDone(ids, admin.delete(QueueSelector.all(), ""));
        assertThat(queues.store.counts().values()).containsOnly(0L);
    }

    private static void assertAllDone(List<QueueId> ids, ActionPage page) {
        assertThat(page.results())
                .isEqualTo(
                        ids.stream().map(id -> ActionResult.of(id, ActionOutcome.DONE)).toList());
    }

    @Test
    @Tag("D7")
    void flushShouldMakeDueWhatWaitsButNotWhatIsScheduled() throws Exception {
        QueueId late = queues.deferred("later", queues.mail("a@x.example"));
        QueueId scheduled =
                queues.accept(queues.mail("a@x.example").notBefore(NOW.plusSeconds(3600)));

        ActionPage page = admin.flush(QueueSelector.all(), "");

        assertThat(page.results())
                .extracting(ActionResult::outcome)
                .containsExactly(ActionOutcome.DONE, ActionOutcome.ALREADY);
        assertThat(queues.found(late).queue()).isEqualTo(QueueName.INCOMING);
        assertThat(only(admin.flush(one(scheduled), "")).outcome()).isEqualTo(ActionOutcome.DONE);
    }

    @Test
    @Tag("A5")
    void contentShouldBeReadInParts() throws Exception {
        QueueId id = queues.accept(1).get(0);

        assertThat(admin.content(id, 0, 8)).hasValueSatisfying(reads("Subject:"));
        assertThat(admin.content(id, 17, 100)).hasValueSatisfying(reads("body\r\n"));
        assertThat(admin.content(id, 1000, 100)).hasValueSatisfying(reads(""));
        assertThat(admin.content(new QueueId(1, 1), 0, 8)).isEmpty();
    }

    private static Consumer<byte[]> reads(String text) {
        return bytes -> assertThat(new String(bytes, US_ASCII)).isEqualTo(text);
    }

    @Test
    @Tag("X2")
    void deferredMessageShouldBeExplained() throws Exception {
        QueueId id = queues.deferred("450 Greylisted", queues.mail("a@x.example"));

        MessageView view = admin.show(id).orElseThrow();

        assertThat(view.listed().message().history()).hasSize(1);
        assertThat(view.expires()).isEqualTo(NOW.plus(Duration.ofDays(5)));
        assertThat(view.explanation())
                .isEqualTo(
                        new Explanation(
                                "in deferred, waiting for a further attempt",
                                "450 Greylisted",
                                "tried at the first queue run after 2026-01-01T00:16:40Z",
                                List.of(
                                        "postqueue -i " + id + " tries it at once",
                                        "a failure after 2026-01-06T00:00:00Z returns it to its"
                                                + " sender")));
        assertThat(admin.show(new QueueId(1, 1))).isEmpty();
    }

    @Test
    @Tag("X1")
    void messageInWorkElsewhereShouldBeExplainedAndDeletedLater() throws Exception {
        QueueId id = queues.accept(queues.mail("a@x.example"));
        assertThat(queues.store.claim(id)).isPresent();
        queues.store.worksElsewhere(id, "mx2.example");

        ActionPage deleted = admin.delete(QueueSelector.ids(List.of(id)), "");

        assertThat(deleted.results())
                .containsExactly(
                        ActionResult.of(
                                id,
                                ActionOutcome.LATER,
                                "its delivery is under way at mx2.example; deleted when that has"
                                        + " ended"));
        MessageView view = admin.show(id).orElseThrow();
        assertThat(view.listed().server()).hasValue("mx2.example");
        assertThat(view.explanation().where())
                .isEqualTo("in active, in work at mx2.example for transport smtp");
        assertThat(view.explanation().why())
                .isEqualTo("mx2.example works on it, and knows more of it");
        assertThat(view.explanation().changes())
                .contains("when its delivery has ended it is deleted");
    }

    @Test
    @Tag("A6")
    void shapeShouldCountPendingRecipientsByDomainAndAge() throws Exception {
        queues.accept(queues.mail("a@X.example", "b@x.example", "c@y.example"));
        queues.clock.pass(Duration.ofMinutes(7));
        queues.accept(queues.mail("d@y.example"));

        Shape shape = admin.shape(ShapeRequest.usual());

        assertThat(shape.total().counts()).containsExactly(1L, 3L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        assertThat(shape.rows())
                .extracting(Shape.Row::name, Shape.Row::total)
                .containsExactly(tuple("x.example", 2L), tuple("y.example", 2L));
        assertThat(shape.rest().total()).isZero();
    }

    @Test
    @Tag("A6")
    void shapeBySenderShouldCountMessagesAndTheRestTogether() throws Exception {
        queues.accept(queues.mail("a@x.example", "b@x.example"));
        queues.accept(queues.mail("a@x.example"));
        queues.accept(queues.mail("a@x.example").from(MaybeSender.nullSender()));
        ShapeRequest usual = ShapeRequest.usual();

        Shape shape =
                admin.shape(new ShapeRequest(usual.queues(), Shape.By.SENDER, usual.buckets(), 1));

        assertThat(shape.rows())
                .extracting(Shape.Row::name, Shape.Row::total)
                .containsExactly(tuple("origin.example", 2L));
        assertThat(shape.rest().total()).isEqualTo(1);
        assertThat(shape.total().total()).isEqualTo(3);
    }

    @Test
    @Tag("A6")
    void shapeByReasonShouldCountTogetherWhatDiffersInAddressesOnly() throws Exception {
        queues.deferred("450 <a@x.example>: Greylisted", queues.mail("a@x.example"));
        queues.deferred("450 <b@x.example>: Greylisted", queues.mail("b@x.example"));
        queues.accept(queues.mail("c@x.example"));
        Set<QueueName> all = Set.of(QueueName.INCOMING, QueueName.DEFERRED);

        Shape shape = admin.shape(new ShapeRequest(all, Shape.By.REASON, List.of(), 10));

        assertThat(shape.rows())
                .extracting(Shape.Row::name, Shape.Row::total)
                .containsExactly(tuple("450 <...>: Greylisted", 2L), tuple("not tried yet", 1L));
    }

    @Test
    @Tag("A10")
    void queuesShouldBeStillUnlessSomethingNewCanMove() throws Exception {
        queues.accept(1);
        assertThat(admin.still()).isTrue();

        PullSubscription consumer =
                queues.queueManager
                        .pull(queues.mail("a@x.example").build().transport())
                        .subscribe(message -> {});
        assertThat(admin.still()).isFalse();
        admin.suspend(Suspension.EVERYTHING);
        assertThat(admin.still()).isTrue();
        consumer.cancel();
    }

    @Test
    @Tag("A10")
    void drainShouldBeSeenAndEnd() throws Exception {
        admin.drain(true);
        assertThat(admin.draining()).isTrue();
        assertThat(admin.still()).isTrue();

        admin.drain(false);
        assertThat(admin.draining()).isFalse();
    }
}
