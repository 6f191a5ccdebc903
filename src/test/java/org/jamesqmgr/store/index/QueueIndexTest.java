/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Lanes;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the order of claims costs; the order itself is the contract's. */
@Tag("Q5")
class QueueIndexTest {

    private static final TransportName SMTP = new TransportName("smtp");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATE = START.plus(Duration.ofDays(1));
    private static final int MANY = 20_000;

    private final QueueIndex index = new QueueIndex();
    private int added;

    private List<QueueId> add(String recipient, Standing standing) {
        Envelope envelope = mail(SMTP, START).to(recipient).build();
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            QueueId id = new QueueId(++added, 1);
            index.add(id, envelope, 1, QueueName.INCOMING, standing, START.plusMillis(added));
            ids.add(id);
        }
        return ids;
    }

    private QueueId take(String... closed) {
        Set<Integer> lanes =
                Set.copyOf(Stream.of(closed).map(name -> Lanes.of(address(name))).toList());
        ClaimWindow window = new ClaimWindow(LATE, LATE, false, new Lanes(lanes));
        Taken taken = index.takeNext(SMTP, window).orElseThrow();
        return taken.entry().id();
    }

    /** Looking at every message that is passed over would take hundreds of millions of steps. */
    @Test
    void claimsShouldNotPayForWhatTheyPassOver() {
        List<QueueId> busy = add("a@busy.example", Standing.READY);
        List<QueueId> dead = add("a@dead.example", Standing.DEFERRED);
        List<QueueId> idle = add("a@idle.example", Standing.READY);

        List<QueueId> taken = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            taken.add(take("a@busy.example", "a@dead.example"));
        }
        assertThat(taken).isEqualTo(idle);

        // Lanes that open and close again and again cost no more.
        for (int i = 0; i < MANY; i++) {
            assertThat(take("a@dead.example")).isEqualTo(busy.get(i));
            assertThat(take("a@busy.example")).isEqualTo(dead.get(i));
        }
        assertThat(index.ids(SMTP)).hasSize(3 * MANY);
    }

    /** Each claim brings only some of what is due into its order, and misses nothing by that. */
    @Test
    void claimsShouldFindWhatIsBehindMuchThatMayNotBeTaken() {
        List<QueueId> dead = add("a@dead.example", Standing.DEFERRED);
        List<QueueId> alive = add("a@alive.example", Standing.DEFERRED);

        assertThat(take("a@dead.example")).isEqualTo(alive.get(0));

        List<QueueId> taken = new ArrayList<>();
        for (int i = 1; i < 2 * MANY; i++) {
            taken.add(take());
        }
        List<QueueId> expected = new ArrayList<>(dead);
        expected.addAll(alive.subList(1, MANY));
        assertThat(taken).isEqualTo(expected);
    }
}
