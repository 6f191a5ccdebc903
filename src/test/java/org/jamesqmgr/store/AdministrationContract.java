/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an administrator needs of a store beside actions on single messages. */
public interface AdministrationContract extends StoreUnderTest {

    Set<QueueName> ALL = EnumSet.range(QueueName.INCOMING, QueueName.HOLD);

    // Forced expiry

    @Test
    @Tag("A2")
    default void expiryShouldBeMarkedForGoodAndChangeNothingElse() throws Exception {
        QueueId id = acceptDeferred(60);

        assertThat(store().expire(id)).isEqualTo(OperatorResult.DONE);

        reopenAfterKill();
        assertThat(statusOf(id).forcedExpire()).isTrue();
        assertThat(statusOf(id).due()).isEqualTo(at(60));
        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(peek(window(59))).isEmpty();
        assertThat(peek(window(60))).contains(id);
    }

    @Test
    @Tag("A2")
    default void heldMailShouldBeMarkedAndStayOnHold() throws Exception {
        QueueId id = acceptHeld(newMail());

        assertThat(store().expire(id)).isEqualTo(OperatorResult.DONE);

        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);
        store().release(id);
        assertThat(statusOf(id).forcedExpire()).isTrue();
    }

    @Test
    @Tag("A2")
    default void newMailShouldBeMarkedAndStayClaimable() throws Exception {
        QueueId id = accept(newMail());

        assertThat(store().expire(id)).isEqualTo(OperatorResult.DONE);

        assertThat(claimNext().message().status().forcedExpire()).isTrue();
    }

    @Test
    @Tag("A2")
    default void theMarkShouldOutliveAFurtherDeferral() throws Exception {
        QueueId id = accept(newMail());
        store().expire(id);

        claim(id).defer(statusOf(id).deferred(at(60), "try later"));

        assertThat(statusOf(id).forcedExpire()).isTrue();
    }

    @Test
    default void claimedAndUnknownMailShouldNotBeMarked() throws Exception {
        QueueId id = accept(newMail());
        claim(id);

        assertThat(store().expire(id)).isEqualTo(OperatorResult.CLAIMED);
        assertThat(store().expire(OperatorContract.UNKNOWN)).isEqualTo(OperatorResult.NOT_FOUND);
    }

    // Going over all messages

    @Test
    @Tag("A1")
    default void idsShouldComeInTheirOrderPageByPage() throws Exception {
        List<QueueId> accepted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            accepted.add(accept(i % 2 == 0 ? newMail() : scheduledMail(60)));
        }

        List<QueueId> first = store().ids(ALL, Optional.empty(), 2);
        List<QueueId> rest = store().ids(ALL, Optional.of(first.get(1)), 10);

        assertThat(first).isEqualTo(accepted.subList(0, 2));
        assertThat(rest).isEqualTo(accepted.subList(2, 5));
    }

    @Test
    @Tag("A1")
    default void idsShouldBeThoseOfTheQueuesAskedFor() throws Exception {
        QueueId incoming = accept(newMail());
        QueueId held = acceptHeld(newMail());
        QueueId active = accept(newMail());
        claim(active);

        assertThat(store().ids(Set.of(QueueName.HOLD), Optional.empty(), 9)).containsExactly(held);
        assertThat(store().ids(Set.of(QueueName.INCOMING, QueueName.ACTIVE), Optional.empty(), 9))
                .containsExactly(incoming, active);
    }

    @Test
    @Tag("A2")
    default void theNewestShouldBeThatOfTheQueuesAskedFor() throws Exception {
        QueueId held = acceptHeld(newMail());
        QueueId incoming = accept(newMail());

        assertThat(store().newest(ALL)).contains(incoming);
        assertThat(store().newest(Set.of(QueueName.HOLD))).contains(held);
        assertThat(store().newest(Set.of(QueueName.DEFERRED))).isEmpty();
    }

    @Test
    @Tag("X6")
    default void totalsShouldCountMessagesBytesAndTheOldest() throws Exception {
        QueueId oldest = accept(newMail());
        accept(newMail());
        acceptHeld(newMail());

        assertThat(store().totals())
                .containsExactlyInAnyOrder(
                        new QueueTotal(SPOOL, QueueName.INCOMING, 2, 2048, oldest.time()),
                        new QueueTotal(
                                SPOOL,
                                QueueName.HOLD,
                                1,
                                1024,
                                store().ids(Set.of(QueueName.HOLD), Optional.empty(), 1)
                                        .get(0)
                                        .time()));
    }

    // Damaged mail

    @Test
    @Tag("A9")
    default void damagedMailShouldBeListedAndExportedUntilItIsDeleted() throws Exception {
        QueueId id = accept(newMail());
        damage(id);
        store().find(id);

        DamagedFile file = store().damaged().get(0);

        assertThat(file.name()).startsWith(id.asString());
        assertThat(file.reason()).isNotBlank();
        assertThat(read(store().damagedContent(file.name()).orElseThrow()))
                .hasSize((int) file.size());
        assertThat(store().removeDamaged(file.name())).isTrue();
        assertThat(store().removeDamaged(file.name())).isFalse();
        assertThat(store().damaged()).isEmpty();
    }

    @Test
    @Tag("A9")
    default void nothingElseShouldBeTakenForDamaged() throws Exception {
        QueueId id = accept(newMail());

        for (String name : List.of(id.asString(), "../incoming/" + id, "", ".", "..")) {
            assertThat(store().damagedContent(name)).isEmpty();
            assertThat(store().removeDamaged(name)).isFalse();
        }
        assertThat(store().find(id)).isPresent();
    }

    // Standing orders

    @Test
    @Tag("A10")
    default void standingOrdersShouldOutliveTheProcess() throws Exception {
        assertThat(store().standingOrders()).isEmpty();

        store().keepStandingOrders(List.of("smtp:one.example", "local:"));
        reopenAfterKill();

        assertThat(store().standingOrders()).containsExactly("smtp:one.example", "local:");
    }

    @Test
    @Tag("A10")
    default void newStandingOrdersShouldTakeThePlaceOfTheOld() throws Exception {
        store().keepStandingOrders(List.of("all"));
        store().keepStandingOrders(List.of());
        reopenAfterClose();

        assertThat(store().standingOrders()).isEmpty();
    }
}
