/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Lanes;

/**
 * When waiting mail is looked at: deferred mail at each queue run, scheduled mail at its time.
 *
 * <p>Deferred mail that comes due between two runs waits for the next one. Where the minimal backoff
 * is zero an administrator wants retries at once; the runs then follow each other quickly.
 *
 * <p>A clock that is turned back makes a run due at once, one that is turned forward makes it due
 * early; either way it is only looked over what is due.
 *
 * <p>{@link #window} is for any thread, the rest for the engine's.
 */
final class QueueRuns {

    /** Between two runs where the minimal backoff is zero. */
    static final Duration QUICK_RUN_DELAY = Duration.ofMillis(100);

    private final Clock clock;
    private final Duration delay;
    private volatile Instant lastRun = Instant.EPOCH;
    private Optional<Instant> awaited = Optional.empty();
    private Instant lastLook = Instant.MIN;
    private boolean first = true;

    QueueRuns(Clock clock, EngineSettings settings) {
        this.clock = clock;
        this.delay = delay(settings);
    }

    /** What is due by now. */
    ClaimWindow window(boolean deferredFirst, Lanes lanes) {
        return new ClaimWindow(clock.instant(), lastRun, deferredFirst, lanes);
    }

    boolean due(Instant now) {
        return first || now.isBefore(lastRun) || !now.isBefore(nextRun());
    }

    void run(Instant now) {
        first = false;
        lastRun = now;
    }

    /**
     * Whether scheduled mail came due since the last call.
     *
     * @param nextScheduled what the store says
     * @param now read after that, so that nothing can come due unseen in between
     */
    boolean scheduledCameDue(Optional<Instant> nextScheduled, Instant now) {
        Predicate<Instant> due = time -> !time.isAfter(now);
        boolean cameDue =
                Stream.of(awaited, nextScheduled)
                        .flatMap(Optional::stream)
                        .anyMatch(due.and(time -> time.isAfter(lastLook)));
        awaited = nextScheduled.filter(due.negate());
        lastLook = now;
        return cameDue;
    }

    /** How long nothing comes due; negative if something is. */
    Duration quiet(Instant now) {
        Instant run = nextRun();
        Instant next = awaited.filter(time -> time.isBefore(run)).orElse(run);
        return Duration.between(now, next);
    }

    private Instant nextRun() {
        return lastRun.plus(delay);
    }

    private static Duration delay(EngineSettings settings) {
        Duration wanted = settings.queueRunDelay();
        boolean quick = settings.retry().minimalBackoff().isZero();
        return quick && wanted.compareTo(QUICK_RUN_DELAY) > 0 ? QUICK_RUN_DELAY : wanted;
    }
}
