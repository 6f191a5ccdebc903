/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mail in closed lanes is passed over by claims, keeps its place and is hidden from nobody. */
@Tag("Q5")
public interface LaneContract extends StoreUnderTest {

    String BUSY = "busy.example";
    String IDLE = "idle.example";

    default QueueId acceptFor(String domain, long seconds) throws MessageStoreException {
        return accept(mailFor(domain, seconds));
    }

    default EnvelopeBuilder mailFor(String domain, long seconds) {
        return newMailAt(seconds).to("somebody@" + domain);
    }

    /** The window of that second with the lanes of these domains closed. */
    default ClaimWindow closed(long seconds, String... domains) {
        ClaimWindow window = window(seconds);
        Set<Integer> lanes =
                Set.copyOf(Stream.of(domains).map(name -> Lanes.of(address("x@" + name))).toList());
        return new ClaimWindow(
                window.now(), window.queueRun(), window.deferredFirst(), new Lanes(lanes));
    }

    @Test
    default void mailInAClosedLaneShouldBePassedOver() throws Exception {
        QueueId busy = acceptFor(BUSY, 1);
        QueueId idle = acceptFor(IDLE, 2);

        assertThat(drain(closed(10, BUSY))).containsExactly(idle);
        assertThat(peek(closed(10, BUSY))).isEmpty();
        assertThat(peek(closed(10, BUSY, IDLE))).isEmpty();
        assertThat(drain(closed(10, IDLE))).containsExactly(busy);
    }

    @Test
    default void deferredMailInAClosedLaneShouldBePassedOver() throws Exception {
        QueueId busy = acceptDeferred(mailFor(BUSY, 0), at(10));
        QueueId idle = acceptDeferred(mailFor(IDLE, 0), at(20));

        assertThat(drain(closed(30, BUSY))).containsExactly(idle);
        assertThat(drain(window(30))).containsExactly(busy);
    }

    @Test
    @Tag("D9")
    default void scheduledMailInAClosedLaneShouldBePassedOver() throws Exception {
        QueueId busy = accept(mailFor(BUSY, 0).notBefore(at(10)));
        QueueId idle = accept(mailFor(IDLE, 0).notBefore(at(20)));

        assertThat(drain(closed(30, BUSY))).containsExactly(idle);
        assertThat(drain(window(30))).containsExactly(busy);
    }

    @Test
    default void firstRecipientShouldDecideOnTheLane() throws Exception {
        QueueId id = accept(newMail().to("a@" + IDLE, "b@" + BUSY));
        QueueId nobody = accept(newMailAt(1).to(List.of()));

        assertThat(peek(closed(10, BUSY))).contains(id);
        assertThat(peek(closed(10, IDLE))).contains(nobody);
    }

    @Test
    default void mailShouldKeepItsPlaceWhileItsLaneIsClosed() throws Exception {
        List<QueueId> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(acceptFor(i % 3 == 0 ? IDLE : i % 3 == 1 ? BUSY : "other.example", i));
        }

        assertThat(peek(closed(100, IDLE, BUSY))).contains(all.get(2));
        assertThat(peek(closed(100, IDLE))).contains(all.get(1));

        assertThat(drain(window(100))).isEqualTo(all);
    }

    @Test
    default void mailThatComesToAClosedLaneShouldTakeItsPlaceInIt() throws Exception {
        QueueId second = acceptFor(BUSY, 2);
        QueueId last = acceptFor(IDLE, 9);
        assertThat(peek(closed(10, BUSY))).contains(last);
        QueueId third = acceptFor(BUSY, 3);
        QueueId first = acceptFor(BUSY, 1);
        claim(second).giveBack();
        QueueId urgent = accept(mailFor(BUSY, 4).priority(9));

        assertThat(peek(closed(10, BUSY))).contains(last);
        assertThat(drain(window(10))).containsExactly(urgent, first, second, third, last);
    }

    @Test
    default void deferredMailShouldTakeItsTurnFromAnOpenedLane() throws Exception {
        QueueId oldBusy = acceptDeferred(mailFor(BUSY, 0), at(10));
        QueueId newBusy = acceptFor(BUSY, 1);
        QueueId newIdle = acceptFor(IDLE, 2);
        assertThat(peek(closed(20, BUSY))).contains(newIdle);

        assertThat(peek(new ClaimWindow(at(20), at(20), true))).contains(oldBusy);
        assertThat(peek(new ClaimWindow(at(20), at(20), false))).contains(newBusy);
    }

    @Test
    default void mailInAClosedLaneShouldBeListedAndCountedAsBefore() throws Exception {
        QueueId busy = acceptFor(BUSY, 1);
        QueueId due = acceptDeferred(mailFor(BUSY, 0), at(2));
        QueueId idle = acceptFor(IDLE, 3);
        QueueId busyToo = acceptFor(BUSY, 4);
        List<QueueId> before = listed(SPOOL);
        Map<QueueName, Long> counts = store().counts();

        assertThat(peek(closed(10, BUSY))).contains(idle);

        assertThat(listed(SPOOL)).isEqualTo(before).containsExactly(busy, idle, busyToo, due);
        assertThat(store().counts()).isEqualTo(counts);
        assertThat(store().count(SPOOL)).isEqualTo(4);
    }

    @Test
    @Tag("A2")
    @Tag("A3")
    @Tag("A6")
    default void mailInAClosedLaneShouldObeyOperators() throws Exception {
        QueueId removed = acceptFor(BUSY, 1);
        QueueId held = acceptFor(BUSY, 2);
        QueueId claimed = acceptFor(BUSY, 3);
        QueueId flushed = acceptDeferred(mailFor(BUSY, 0), at(4));
        QueueId left = acceptFor(BUSY, 5);
        assertThat(peek(closed(10, BUSY))).isEmpty();

        assertThat(store().remove(removed)).isEqualTo(OperatorResult.DONE);
        assertThat(store().hold(held, "wait")).isEqualTo(OperatorResult.DONE);
        claim(claimed).complete();
        assertThat(store().flush(flushed, at(10))).isEqualTo(OperatorResult.DONE);

        assertThat(peek(closed(10, BUSY))).isEmpty();
        assertThat(drain(window(10))).containsExactly(left, flushed);
        assertThat(listed(SPOOL)).containsExactly(held);
    }

    @Test
    default void mailThatIsClaimedByIdShouldBeGivenWhateverItsLane() throws Exception {
        QueueId id = acceptFor(BUSY, 1);
        assertThat(peek(closed(10, BUSY))).isEmpty();

        claim(id).defer(statusOf(id).deferred(at(20), "later"));

        assertThat(peek(closed(30, BUSY))).isEmpty();
        assertThat(peek(window(30))).contains(id);
    }

    @Test
    default void replacedRecipientsShouldChangeTheLane() throws Exception {
        QueueId id = acceptFor(BUSY, 1);
        assertThat(peek(closed(10, BUSY))).isEmpty();
        MessageLease lease = claim(id);
        lease.replaceEnvelope(mailFor(IDLE, 1).build());
        lease.giveBack();

        assertThat(peek(closed(10, IDLE))).isEmpty();
        assertThat(peek(closed(10, BUSY))).contains(id);
        reopenAfterKill();
        assertThat(peek(closed(10, IDLE))).isEmpty();
        assertThat(peek(closed(10, BUSY))).contains(id);
    }

    @Test
    @Tag("Q7")
    default void lanesShouldBeKnownAfterAStart() throws Exception {
        QueueId busy = acceptFor(BUSY, 1);
        QueueId deferred = acceptDeferred(mailFor(BUSY, 0), at(10));
        QueueId idle = acceptFor(IDLE, 2);
        QueueId nobody = accept(newMailAt(3).to(List.of()));

        reopenAfterKill();

        assertThat(drain(closed(30, BUSY))).containsExactly(idle, nobody);
        reopenAfterClose();
        assertThat(drain(closed(30, BUSY))).isEmpty();
        assertThat(drain(window(30))).containsExactly(busy, deferred);
    }

    /** If each claim looked at them all, this would not end in a reasonable time. */
    @Test
    default void manyMessagesShouldBePassedOverCheaply() throws Exception {
        int busy = 500;
        for (int i = 0; i < busy; i++) {
            acceptFor(BUSY, i);
        }
        QueueId idle = acceptFor(IDLE, busy);

        for (int i = 0; i < 1_000; i++) {
            assertThat(peek(closed(1_000, BUSY))).isEqualTo(Optional.of(idle));
        }

        assertThat(drain(window(1_000))).hasSize(busy + 1).endsWith(idle);
    }
}
