/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.james.task.Task;
import org.apache.james.task.TaskExecutionDetails;
import org.apache.james.task.TaskType;
import org.jamesqmgr.admin.ActionOutcome;
import org.jamesqmgr.admin.ActionPage;
import org.jamesqmgr.admin.ActionResult;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.QueueSelector;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An action on many messages, page by page. Cancelling it ends it between two pages; what was done
 * stays done. Partial if the action failed for a message, or could not be done because it was in
 * work.
 */
final class MessagesTask implements Task {

    static final TaskType TYPE = TaskType.of("qmgr-messages");

    private static final Logger LOGGER = LoggerFactory.getLogger(MessagesTask.class);

    private final MessageTasks.Order order;
    private final boolean ours;
    private final QueueSelector selector;
    private final QueueAdmin admin;
    private final Clock clock;
    private final AtomicReference<Map<ActionOutcome, Long>> outcomes =
            new AtomicReference<>(Map.of());
    private volatile String problem = "";

    /**
     * @param ours whether this server was asked for it in this run: its queues are its own
     */
    MessagesTask(MessageTasks.Order order, boolean ours, QueueAdmin admin, Clock clock) {
        this.order = order;
        this.ours = ours;
        this.selector = order.selector();
        this.admin = admin;
        this.clock = clock;
    }

    MessageTasks.Order order() {
        return order;
    }

    @Override
    public Result run() throws InterruptedException {
        if (!ours) {
            return fail(
                    "not done: another server was asked for it, or this one before its restart");
        }
        try {
            return acted();
        } catch (MessageStoreException e) {
            LOGGER.warn("{} of messages ended early", order.action(), e);
            return fail("ended early: " + e.getMessage());
        }
    }

    private Result acted() throws MessageStoreException, InterruptedException {
        String cursor = "";
        do {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled");
            }
            ActionPage page = order.action().act(admin, selector, cursor);
            count(page);
            cursor = page.cursor();
        } while (!cursor.isEmpty());
        return number(ActionOutcome.FAILED) + number(ActionOutcome.BUSY) == 0
                ? Result.COMPLETED
                : Result.PARTIAL;
    }

    private void count(ActionPage page) {
        Map<ActionOutcome, Long> sum = new EnumMap<>(ActionOutcome.class);
        sum.putAll(outcomes.get());
        page.results().forEach(result -> sum.merge(result.outcome(), 1L, Long::sum));
        outcomes.set(sum);
        page.results().stream()
                .filter(result -> result.outcome() == ActionOutcome.FAILED)
                .forEach(this::remember);
    }

    private void remember(ActionResult failed) {
        LOGGER.warn("{} of {} failed: {}", order.action(), failed.id(), failed.detail());
        problem = failed.id() + ": " + failed.detail();
    }

    private Result fail(String why) {
        problem = why;
        return Result.PARTIAL;
    }

    @Override
    public TaskType type() {
        return TYPE;
    }

    @Override
    public Optional<TaskExecutionDetails.AdditionalInformation> details() {
        return Optional.of(
                new TaskDetails(
                        TYPE.asString(),
                        order.action().asString(),
                        order.query(),
                        number(ActionOutcome.DONE),
                        number(ActionOutcome.LATER),
                        number(ActionOutcome.ALREADY),
                        number(ActionOutcome.UNKNOWN),
                        number(ActionOutcome.BUSY),
                        number(ActionOutcome.FAILED),
                        problem,
                        clock.instant()));
    }

    private long number(ActionOutcome outcome) {
        return outcomes.get().getOrDefault(outcome, 0L);
    }
}
