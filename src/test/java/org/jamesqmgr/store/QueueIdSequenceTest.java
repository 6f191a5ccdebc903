/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.testing.Parallel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class QueueIdSequenceTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

    private final UpdatableTickingClock clock = new UpdatableTickingClock(NOW);
    private final QueueIdSequence sequence = new QueueIdSequence(clock, 7);

    @Test
    void firstIdShouldHaveTheTimeOfTheClockAndTheTag() {
        QueueId id = sequence.next();

        assertThat(id.time()).isEqualTo(NOW);
        assertThat(id.tag()).isEqualTo(7);
    }

    @Test
    void nanosecondsShouldBeCutOff() {
        clock.setInstant(NOW.plusNanos(999));

        assertThat(sequence.next().time()).isEqualTo(NOW);
    }

    @Test
    @Tag("Q9")
    void idsShouldGrowWhileTheClockStandsStill() {
        List<QueueId> ids = Stream.generate(sequence::next).limit(1_000).toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids.get(999).time()).isEqualTo(NOW.plus(999, ChronoUnit.MICROS));
    }

    @Test
    @Tag("Q9")
    void idsShouldGrowWhenTheClockJumpsBack() {
        QueueId before = sequence.next();
        clock.setInstant(NOW.minusSeconds(86_400));

        QueueId after = sequence.next();

        assertThat(after).isGreaterThan(before);
        assertThat(after.time()).isEqualTo(NOW.plus(1, ChronoUnit.MICROS));
    }

    @Test
    void idsShouldFollowTheClockAgainOnceItIsAhead() {
        sequence.next();
        sequence.next();
        clock.setInstant(NOW.plusSeconds(1));

        assertThat(sequence.next().time()).isEqualTo(NOW.plusSeconds(1));
    }

    @Property(tries = 200)
    @net.jqwik.api.Tag("Q9")
    void idsShouldGrowWhateverTheClockDoes(
            @ForAll List<@LongRange(min = 0, max = 10_000_000) Long> times) {
        UpdatableTickingClock jumpingClock = new UpdatableTickingClock(NOW);
        QueueIdSequence jumping = new QueueIdSequence(jumpingClock, 7);
        List<QueueId> ids = new ArrayList<>();

        for (long micros : times) {
            jumpingClock.setInstant(NOW.plus(micros, ChronoUnit.MICROS));
            ids.add(jumping.next());
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void idsShouldBeUniqueAmongManyThreads() throws Exception {
        int each = 10_000;
        Collection<QueueId> ids = new ConcurrentLinkedQueue<>();

        Parallel.run(
                8,
                thread -> {
                    QueueId last = sequence.next();
                    ids.add(last);
                    for (int i = 1; i < each; i++) {
                        QueueId next = sequence.next();
                        assertThat(next.compareTo(last)).isPositive();
                        ids.add(next);
                        last = next;
                    }
                });

        assertThat(ids.stream().distinct()).hasSize(8 * each);
    }

    @Test
    @Tag("Q10")
    void runsShouldDifferInTheirTags() {
        Clock still = Clock.fixed(NOW, ZoneOffset.UTC);

        // One in 345 million pairs has the same tag; ten runs of one and the same tag are no
        // chance.
        assertThat(
                        Stream.generate(() -> new QueueIdSequence(still).next().tag())
                                .limit(10)
                                .distinct()
                                .count())
                .isGreaterThan(1);
    }
}
