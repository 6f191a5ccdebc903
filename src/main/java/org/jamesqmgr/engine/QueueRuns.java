/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.store.ClaimWindow;

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

    /** How often scheduled mail that nobody fetched is announced again. */
    private static final Duration REMINDER = Duration.ofSeconds(1);

    private final Clock clock;
    private final Duration delay;
    private volatile Instant lastRun = Instant.EPOCH;
    private Instant lastAnnounced = Instant.EPOCH;
    private boolean first = true;

    QueueRuns(Clock clock, EngineSettings settings) {
        this.clock = clock;
        this.delay = delay(settings);
    }

    /** What is due by now. */
    ClaimWindow window(boolean deferredFirst) {
        return new ClaimWindow(clock.instant(), lastRun, deferredFirst);
    }

    boolean due(Instant now) {
        return first || now.isBefore(lastRun) || !now.isBefore(nextRun());
    }

    void run(Instant now) {
        first = false;
        lastRun = now;
    }

    /** Whether scheduled mail came due that was not announced yet. */
    boolean announceScheduled(Instant now, Optional<Instant> nextScheduled) {
        if (nextScheduled.isEmpty() || nextScheduled.get().isAfter(now)) {
            return false;
        }
        boolean news = nextScheduled.get().isAfter(lastAnnounced);
        boolean reminder =
                now.isBefore(lastAnnounced) || !now.isBefore(lastAnnounced.plus(REMINDER));
        if (news || reminder) {
            lastAnnounced = now;
            return true;
        }
        return false;
    }

    /** How long nothing comes due; zero or negative if something is. */
    Duration quiet(Instant now, Optional<Instant> nextScheduled) {
        Instant next = nextRun();
        Optional<Instant> coming = nextScheduled.filter(due -> due.isAfter(lastAnnounced));
        if (coming.isPresent() && coming.get().isBefore(next)) {
            next = coming.get();
        }
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
