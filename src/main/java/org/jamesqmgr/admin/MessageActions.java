/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.engine.Operator;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/** What an operator does to one message that was found. Safe for use by any thread. */
final class MessageActions {

    private static final String HELD = "held by the administrator";
    private static final String REQUEUEING = "about to be requeued by the administrator";

    private final QueueManager queueManager;
    private final Requeueing requeueing;
    private final Clock clock;

    MessageActions(QueueManager queueManager, Requeueing requeueing, Clock clock) {
        this.queueManager = queueManager;
        this.requeueing = requeueing;
        this.clock = clock;
    }

    ActionResult delete(QueuedMessage message) throws MessageStoreException {
        return result(message.id(), operator().delete(message.id()), "deleted");
    }

    ActionResult hold(QueuedMessage message) throws MessageStoreException {
        if (message.queue() == QueueName.HOLD) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is on hold");
        }
        return result(message.id(), operator().hold(message.id(), HELD), "put on hold");
    }

    ActionResult release(QueuedMessage message) throws MessageStoreException {
        boolean expired = queueManager.expired(message);
        Operator.Outcome outcome = operator().release(message.id());
        if (outcome == Operator.Outcome.NOT_FOUND && message.queue() != QueueName.HOLD) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is not on hold");
        }
        String warning = expired ? "past its lifetime: its next failure returns it" : "";
        return outcome == Operator.Outcome.DONE
                ? ActionResult.of(message.id(), ActionOutcome.DONE, warning)
                : ActionResult.of(message.id(), ActionOutcome.UNKNOWN);
    }

    ActionResult expire(QueuedMessage message) throws MessageStoreException {
        if (message.status().forcedExpire()) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is marked");
        }
        return result(message.id(), operator().expire(message.id()), "returned to its sender");
    }

    ActionResult flush(QueuedMessage message, boolean named) throws MessageStoreException {
        boolean left = message.status().scheduled() && !named;
        if (left || message.queue() != QueueName.DEFERRED) {
            String why = left ? "a delay was asked for" : "it does not wait for an attempt";
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, why);
        }
        return switch (queueManager.flush(message.id())) {
            case DONE -> ActionResult.of(message.id(), ActionOutcome.DONE);
            case CLAIMED -> ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is in work");
            case NOT_FOUND -> ActionResult.of(message.id(), ActionOutcome.UNKNOWN);
        };
    }

    ActionResult requeue(QueuedMessage message) throws MessageStoreException {
        Operator.Requeued requeued = operator().requeue(message.id(), REQUEUEING, this::renewed);
        if (requeued.outcome() == Operator.Outcome.DONE && requeued.now().isEmpty()) {
            return ActionResult.of(
                    message.id(), ActionOutcome.FAILED, "not requeued; it is on hold");
        }
        ActionResult result = result(message.id(), requeued.outcome(), "requeued");
        return new ActionResult(message.id(), result.outcome(), result.detail(), requeued.now());
    }

    private Operator.Renewed renewed(QueuedMessage message, Content content)
            throws MessageStoreException {
        QueueId id = message.id();
        if (!message.recipients(Recipient.State.UNDELIVERABLE).isEmpty()
                || message.status().has(Mark.SUCCESS_OWED)) {
            throw new MessageStoreException(
                    id
                            + ": its sender is not told yet what became of others; that is done at its"
                            + " next attempt");
        }
        Instant time = clock.instant();
        Envelope envelope =
                requeueing
                        .envelope(message, time)
                        .filter(begun -> !begun.recipients().isEmpty())
                        .orElseThrow(() -> new MessageStoreException(id + " has nobody to go to"));
        byte[] header = requeueing.header(message, time).getBytes(StandardCharsets.UTF_8);
        return new Operator.Renewed(
                envelope,
                out -> write(header, content, out),
                new Provenance("", "", "", "", Optional.of(id)));
    }

    private static void write(byte[] header, Content content, OutputStream out) throws IOException {
        out.write(header);
        try (InputStream in = content.open()) {
            in.transferTo(out);
        }
    }

    private String at(QueueId id) {
        return operator().worker(id).map(server -> " at " + server).orElse("");
    }

    private Operator operator() {
        return queueManager.operator();
    }

    private ActionResult result(QueueId id, Operator.Outcome outcome, String what) {
        return switch (outcome) {
            case DONE -> ActionResult.of(id, ActionOutcome.DONE);
            case LATER ->
                    ActionResult.of(
                            id,
                            ActionOutcome.LATER,
                            "its delivery is under way%s; %s when that has ended"
                                    .formatted(at(id), what));
            case BUSY ->
                    ActionResult.of(id, ActionOutcome.BUSY, "in work where it cannot be stopped");
            case OTHERWISE ->
                    ActionResult.of(
                            id,
                            ActionOutcome.BUSY,
                            "its delivery is under way, and it is already to be %s when that has ended"
                                    .formatted(operator().intended(id).orElse("changed")));
            case NOT_FOUND -> ActionResult.of(id, ActionOutcome.UNKNOWN);
        };
    }
}
