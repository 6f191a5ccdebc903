/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;

/**
 * Messages suspected of crashing the server are tried one at a time with nothing else in work.
 *
 * <pre>
 *             a suspect is wanted           nothing is in work
 *      IDLE ----------------------> QUIETING -----------------> ALONE
 *       ^ ^                          |  ^                       |  |
 *       | +--- PATIENCE is over -----+  +--- ended, next one ---+  |
 *       +------------ ended, no more; or PATIENCE is over ---------+
 * </pre>
 *
 * Others are dispatched in IDLE only. They do not wait for ever: no trial begins later than {@link
 * #PATIENCE} after the others were stopped, and none lasts longer than that; so they wait for two
 * minutes at most, and then have {@link #REST} before they are stopped again.
 */
final class SuspectTrial {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final Duration REST = Duration.ofMinutes(5);

    private enum Phase {
        IDLE,
        QUIETING,
        ALONE
    }

    /** A suspect that may be tried now. */
    record Suspect(QueueId id, TransportName transport) {}

    private final Map<QueueId, TransportName> waiting = new LinkedHashMap<>();
    private Phase phase = Phase.IDLE;
    private Deadline stopped = new Deadline(Instant.MIN, Duration.ZERO);
    private Deadline trial = new Deadline(Instant.MIN, Duration.ZERO);
    private Deadline rest = new Deadline(Instant.MIN, Duration.ZERO);

    void found(QueueId id, TransportName transport) {
        waiting.putIfAbsent(id, transport);
    }

    /** Moves on. Afterwards {@link #othersMayGo} and {@link #begin} tell what follows. */
    void advance(Instant now, boolean quiet, Predicate<TransportName> wanted) {
        if (phase == Phase.ALONE) {
            leaveTrial(now, quiet);
        }
        if (phase == Phase.QUIETING && stopped.passed(now)) {
            restFrom(now);
        }
        boolean any = rest.passed(now) && waiting.values().stream().anyMatch(wanted);
        if (phase == Phase.QUIETING && !any) {
            phase = Phase.IDLE;
        }
        if (phase == Phase.IDLE && any) {
            phase = Phase.QUIETING;
            stopped = new Deadline(now, PATIENCE);
        }
    }

    boolean othersMayGo() {
        return phase == Phase.IDLE;
    }

    /** Takes the suspect whose turn it is, if the trial can begin. */
    Optional<Suspect> begin(Instant now, boolean quiet, Predicate<TransportName> wanted) {
        if (phase != Phase.QUIETING || !quiet) {
            return Optional.empty();
        }
        Optional<Suspect> next =
                waiting.entrySet().stream()
                        .filter(suspect -> wanted.test(suspect.getValue()))
                        .map(suspect -> new Suspect(suspect.getKey(), suspect.getValue()))
                        .findFirst();
        next.ifPresent(
                suspect -> {
                    waiting.remove(suspect.id());
                    phase = Phase.ALONE;
                    trial = new Deadline(now, PATIENCE);
                });
        return next;
    }

    private void leaveTrial(Instant now, boolean quiet) {
        if (quiet) {
            phase = Phase.QUIETING;
        } else if (trial.passed(now)) {
            restFrom(now);
        }
    }

    private void restFrom(Instant now) {
        phase = Phase.IDLE;
        rest = new Deadline(now, REST);
    }
}
