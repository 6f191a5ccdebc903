/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import javax.inject.Inject;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueHealth;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** {@link QueueHealth} among James's health checks. Asking costs little. */
public final class QmgrHealthCheck implements HealthCheck {

    private static final ComponentName NAME = new ComponentName("Queue manager");

    private final HealthInspector health;

    @Inject
    public QmgrHealthCheck(HealthInspector health) {
        this.health = health;
    }

    @Override
    public ComponentName componentName() {
        return NAME;
    }

    @Override
    public Publisher<Result> check() {
        return Mono.fromCallable(() -> result(health.inspect()));
    }

    private static Result result(QueueHealth health) {
        String reasons = String.join("; ", health.reasons());
        return switch (health.status()) {
            case UNHEALTHY -> Result.unhealthy(NAME, reasons);
            case DEGRADED -> Result.degraded(NAME, reasons);
            case HEALTHY -> Result.healthy(NAME);
        };
    }
}
