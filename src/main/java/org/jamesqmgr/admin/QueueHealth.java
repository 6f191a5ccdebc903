/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueName;

/**
 * What an administrator should know of, if anything.
 *
 * @param reasons a line each, the gravest first; none if all is well
 */
public record QueueHealth(Status status, List<String> reasons) {

    /** From bad to good. */
    public enum Status {
        /** The queue manager cannot do its work. */
        UNHEALTHY,
        /** It works, but a person is needed, or one has stopped a part of it. */
        DEGRADED,
        HEALTHY;

        public String asString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public QueueHealth {
        reasons = List.copyOf(reasons);
    }

    /** How it is now. Costs little; looks at the corrupt queue on the disk. */
    public static QueueHealth of(QueueAdmin admin, Clogs clogs, Unwired unwired) {
        Optional<StoreTrouble> trouble = admin.storeTrouble();
        List<String> reasons = new ArrayList<>();
        trouble.ifPresent(failing -> reasons.add("the message store fails: " + failing));
        reasons.addAll(concerns(admin, clogs));
        reasons.addAll(unwired.reasons());
        if (trouble.isPresent()) {
            return new QueueHealth(Status.UNHEALTHY, reasons);
        }
        return new QueueHealth(reasons.isEmpty() ? Status.HEALTHY : Status.DEGRADED, reasons);
    }

    private static List<String> concerns(QueueAdmin admin, Clogs clogs) {
        List<String> concerns = new ArrayList<>();
        if (admin.draining()) {
            concerns.add("the queues are being drained: new mail is refused");
        }
        admin.suspensions().stream()
                .map(Suspension::asString)
                .sorted()
                .forEach(what -> concerns.add("suspended by hand: " + what));
        long corrupt = admin.counts().getOrDefault(QueueName.CORRUPT, 0L);
        if (corrupt > 0) {
            concerns.add("damaged messages kept in the corrupt queue: " + corrupt);
        }
        clogs.now().forEach(clog -> concerns.add(line(clog)));
        return concerns;
    }

    private static String line(Clogs.Clog clog) {
        return "%s clogs the active queue with %d messages; more mail for it waits"
                .formatted(clog.destination(), clog.messages());
    }
}
