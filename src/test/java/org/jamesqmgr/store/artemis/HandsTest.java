/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a server has in its hands, and how much that may be. */
@Tag("X1")
class HandsTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Hands hands = new Hands();
    private int ids;

    private QueueId id() {
        ids++;
        return new QueueId(ids, 1);
    }

    private QueueId reserve(int length) {
        QueueId id = id();
        StoredMessage stored =
                StoredMessage.accepted(
                        EnvelopeBuilder.mail(new TransportName("spool"), START).build(),
                        QueueName.INCOMING,
                        length);
        hands.reserve(id, new Hands.Reserved(stored.carrying(new byte[length]), "1", true));
        return id;
    }

    @Test
    void roomShouldBeForAHundredMessages() {
        QueueId first = reserve(10);
        for (int i = 1; i < 100; i++) {
            assertThat(hands.hasRoom(10)).isTrue();
            reserve(10);
        }
        assertThat(hands.hasRoom(10)).isFalse();

        hands.release(first);

        assertThat(hands.hasRoom(10)).isTrue();
        assertThat(hands.reserved(first)).isEmpty();
    }

    @Test
    void roomShouldBeForAsManyAsWereBegunSinceTheLastLook() {
        for (int i = 0; i < 150; i++) {
            begin(reserve(10));
        }
        hands.reservedForLong();
        for (int i = 0; i < 150; i++) {
            assertThat(hands.hasRoom(10)).isTrue();
            reserve(10);
        }
        assertThat(hands.hasRoom(10)).isFalse();

        Set<QueueId> left = hands.allReserved();
        left.stream().skip(99).forEach(hands::release);
        hands.reservedForLong();

        assertThat(hands.hasRoom(10)).isTrue();
        reserve(10);
        assertThat(hands.hasRoom(10)).isFalse();
    }

    private void begin(QueueId id) {
        StoredMessage stored = hands.reserved(id).orElseThrow().stored();
        QueueIndex index = new QueueIndex();
        index.put(index.addAccepted(id, stored.envelope(), 10), Standing.READY, START);
        QueueIndex.Taken taken = index.take(id, Standing.WAITING).orElseThrow();
        hands.inWork(id, new ArtemisLease(null, taken, Standing.READY, "1", stored));
    }

    @Test
    @Tag("Q5")
    void roomShouldEndWithAPartOfTheHeap() {
        int most = Math.toIntExact(Hands.MOST_BYTES);
        QueueId big = reserve(most - 100);

        assertThat(hands.hasRoom(100)).isTrue();
        assertThat(hands.hasRoom(101)).isFalse();

        hands.doubt(big);
        assertThat(hands.hasRoom(101)).isFalse();
        hands.moving(big);
        assertThat(hands.hasRoom(101)).isTrue();
    }

    @Test
    void whatIsInDoubtShouldNotBeCertain() {
        QueueId id = reserve(10);

        hands.doubt(id);

        assertThat(hands.reserved(id))
                .hasValueSatisfying(known -> assertThat(known.certain()).isFalse());
    }

    @Test
    void messageShouldBeReservedForLongAtTheSecondLook() {
        QueueId id = reserve(10);
        assertThat(hands.reservedForLong()).isEmpty();
        reserve(10);

        assertThat(hands.reservedForLong()).containsExactly(id);
    }

    @Test
    void strangeShouldBeWhatNobodyHasAtTwoLooks() {
        QueueId mine = reserve(10);
        QueueId moving = id();
        hands.moving(moving);
        QueueId unknown = id();
        List<QueueId> active = List.of(mine, moving, unknown);
        assertThat(hands.strange(active)).isEmpty();

        assertThat(hands.strange(active)).containsExactly(unknown);
        assertThat(hands.strange(List.of())).isEmpty();
        assertThat(hands.strange(active)).isEmpty();
    }

    @Test
    void messageShouldBeOnItsWayUntilWhoMovedItLastHasDone() {
        QueueId id = reserve(10);

        Hands.Moving first = hands.moving(id);
        Hands.Moving second = hands.moving(id);
        assertThat(hands.number()).isZero();
        hands.moved(id, first);
        assertThat(hands.has(id)).isTrue();

        hands.moved(id, second);

        assertThat(hands.has(id)).isFalse();
    }
}
