/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.admin.QueueHealth.Status;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueName;

/** Looks at everything that may not be well. Safe for use by any thread. */
public final class HealthInspector {

    private final QueueAdmin admin;
    private final Clogs clogs;
    private final FreeSpace space;
    private final Unwired unwired;

    public HealthInspector(QueueAdmin admin, Clogs clogs, FreeSpace space, Unwired unwired) {
        this.admin = admin;
        this.clogs = clogs;
        this.space = space;
        this.unwired = unwired;
    }

    /** How it is now. Costs little; looks at the disks and, on them, at the corrupt queue. */
    public QueueHealth inspect() {
        Optional<StoreTrouble> trouble = admin.storeTrouble();
        List<String> reasons = new ArrayList<>();
        trouble.ifPresent(failing -> reasons.add("the message store fails: " + failing));
        space.low().ifPresent(low -> reasons.add("new mail is refused: " + low.text()));
        reasons.addAll(concerns());
        reasons.addAll(unwired.reasons());
        if (trouble.isPresent()) {
            return new QueueHealth(Status.UNHEALTHY, reasons);
        }
        return new QueueHealth(reasons.isEmpty() ? Status.HEALTHY : Status.DEGRADED, reasons);
    }

    private List<String> concerns() {
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
