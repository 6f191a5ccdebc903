/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.Optional;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStore;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Unhealthy while the store fails; degraded while damaged messages wait for a person, or an operator
 * has suspended something or drains the queues. Asking costs next to nothing.
 */
public final class QmgrHealthCheck implements HealthCheck {

    private static final ComponentName NAME = new ComponentName("Queue manager");

    private final QueueManager queueManager;
    private final MessageStore store;

    @Inject
    QmgrHealthCheck(QueueManager queueManager, MessageStore store) {
        this.queueManager = queueManager;
        this.store = store;
    }

    @Override
    public ComponentName componentName() {
        return NAME;
    }

    @Override
    public Publisher<Result> check() {
        return Mono.fromCallable(this::result);
    }

    private String suspended() {
        return queueManager.suspensions().stream()
                .map(Suspension::asString)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private Result result() {
        Optional<StoreTrouble> trouble = queueManager.storeTrouble();
        if (trouble.isPresent()) {
            return Result.unhealthy(NAME, "the message store fails: " + trouble.get());
        }
        long corrupt = store.counts().get(QueueName.CORRUPT);
        if (corrupt > 0) {
            return Result.degraded(NAME, "damaged messages kept in the corrupt queue: " + corrupt);
        }
        if (!queueManager.suspensions().isEmpty()) {
            return Result.degraded(NAME, "suspended by hand: " + suspended());
        }
        if (queueManager.draining()) {
            return Result.degraded(NAME, "the queues are being drained: new mail is refused");
        }
        return Result.healthy(NAME);
    }
}
