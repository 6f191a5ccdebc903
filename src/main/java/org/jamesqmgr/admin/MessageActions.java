/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

    Set<QueueId> deleteTogether(List<QueuedMessage> messages) throws MessageStoreException {
        return operator().delete(ids(messages, message -> true));
    }

    ActionResult hold(QueuedMessage message) throws MessageStoreException {
        if (message.queue() == QueueName.HOLD) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is on hold");
        }
        return result(message.id(), operator().hold(message.id(), HELD), "put on hold");
    }

    Set<QueueId> holdTogether(List<QueuedMessage> messages) throws MessageStoreException {
        return operator().hold(messages, HELD);
    }

    ActionResult release(QueuedMessage message) throws MessageStoreException {
        ActionResult released = released(message);
        Operator.Outcome outcome = operator().release(message.id());
        if (outcome == Operator.Outcome.NOT_FOUND && message.queue() != QueueName.HOLD) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is not on hold");
        }
        return outcome == Operator.Outcome.DONE
                ? released
                : ActionResult.of(message.id(), ActionOutcome.UNKNOWN);
    }

    /** What there is to say once it is released. */
    ActionResult released(QueuedMessage message) {
        boolean expired = queueManager.expired(message);
        String warning = expired ? "past its lifetime: its next failure returns it" : "";
        return ActionResult.of(message.id(), ActionOutcome.DONE, warning);
    }

    Set<QueueId> releaseTogether(List<QueuedMessage> messages) throws MessageStoreException {
        return operator().release(ids(messages, message -> message.queue() == QueueName.HOLD));
    }

    ActionResult expire(QueuedMessage message) throws MessageStoreException {
        if (message.status().forcedExpire()) {
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is marked");
        }
        return result(message.id(), operator().expire(message.id()), "returned to its sender");
    }

    Set<QueueId> expireTogether(List<QueuedMessage> messages) throws MessageStoreException {
        return operator().expire(ids(messages, message -> !message.status().forcedExpire()));
    }

    ActionResult flush(QueuedMessage message, boolean named) throws MessageStoreException {
        if (!isToBeFlushed(message, named)) {
            String why =
                    message.status().scheduled() && !named
                            ? "a delay was asked for"
                            : "it does not wait for an attempt";
            return ActionResult.of(message.id(), ActionOutcome.ALREADY, why);
        }
        return switch (queueManager.flush(message.id())) {
            case DONE -> ActionResult.of(message.id(), ActionOutcome.DONE);
            case CLAIMED -> ActionResult.of(message.id(), ActionOutcome.ALREADY, "it is in work");
            case NOT_FOUND -> ActionResult.of(message.id(), ActionOutcome.UNKNOWN);
        };
    }

    private static boolean isToBeFlushed(QueuedMessage message, boolean named) {
        return message.queue() == QueueName.DEFERRED && (named || !message.status().scheduled());
    }

    Set<QueueId> flushTogether(List<QueuedMessage> messages, boolean named)
            throws MessageStoreException {
        return queueManager.flush(ids(messages, message -> isToBeFlushed(message, named)));
    }

    private static List<QueueId> ids(
            List<QueuedMessage> messages, Predicate<QueuedMessage> wanted) {
        return messages.stream().filter(wanted).map(QueuedMessage::id).toList();
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
