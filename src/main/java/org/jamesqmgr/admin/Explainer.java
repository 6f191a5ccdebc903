/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.engine.OpenDelivery;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.schedule.DestinationState;

/** Says why a message is where it is, and when it goes on. Safe for use by any thread. */
final class Explainer {

    private static final String NO_REASON = "no reason was recorded";

    private final QueueManager queueManager;
    private final Clock clock;

    Explainer(QueueManager queueManager, Clock clock) {
        this.queueManager = queueManager;
        this.clock = clock;
    }

    Explanation explain(QueuedMessage message) {
        return new Explanation(where(message), why(message), next(message), changes(message));
    }

    private String where(QueuedMessage message) {
        String transport = message.envelope().transport().asString();
        return switch (message.queue()) {
            case INCOMING -> "in incoming, ready for transport " + transport;
            case ACTIVE -> "in active, in work" + at(message) + " for transport " + transport;
            case DEFERRED ->
                    message.status().scheduled()
                            ? "in deferred, scheduled: a delay was asked for"
                            : "in deferred, waiting for a further attempt";
            case HOLD -> "on hold";
            case CORRUPT -> "in the corrupt queue";
        };
    }

    private String at(QueuedMessage message) {
        return worker(message).map(server -> " at " + server).orElse("");
    }

    private Optional<String> worker(QueuedMessage message) {
        return queueManager.operator().worker(message.id());
    }

    private String why(QueuedMessage message) {
        Optional<Suspension> suspension = suspension(message);
        if (suspension.isPresent()) {
            return "suspended by hand: " + suspension.get();
        }
        Optional<String> whole =
                Optional.of(message.status().reason()).filter(text -> !text.isEmpty());
        return switch (message.queue()) {
            case ACTIVE -> inWork(message);
            case INCOMING -> "it waits for its turn to become active";
            // What stands with the whole message may be why it was on hold once.
            case DEFERRED -> lastFailure(message).or(() -> whole).orElse(NO_REASON);
            case HOLD, CORRUPT -> whole.or(() -> lastFailure(message)).orElse(NO_REASON);
        };
    }

    /** What is on hold is not tried, suspended or not. */
    private Optional<Suspension> suspension(QueuedMessage message) {
        return message.queue() == QueueName.HOLD
                ? Optional.empty()
                : queueManager.suspension(message);
    }

    private static Optional<String> lastFailure(QueuedMessage message) {
        return message.pendingRecipients().stream()
                .flatMap(to -> message.lastAttempt(to).stream())
                .map(Explainer::said)
                .findFirst();
    }

    private static String said(Attempt attempt) {
        return attempt.outcome().status().reason();
    }

    private String inWork(QueuedMessage message) {
        Optional<String> worker = worker(message);
        if (worker.isPresent()) {
            return worker.get() + " works on it, and knows more of it";
        }
        List<OpenDelivery> open = queueManager.openDeliveries(message.id());
        if (open.isEmpty()) {
            return "its consumer works on it";
        }
        List<DestinationState> states = queueManager.destinations();
        return String.join("; ", open.stream().map(part -> part(part, states)).distinct().toList());
    }

    private static String part(OpenDelivery part, List<DestinationState> states) {
        if (part.underWay()) {
            return "is being delivered to " + part.destination();
        }
        return states.stream()
                .filter(state -> state.destination().equals(part.destination()))
                .findFirst()
                .map(
                        state ->
                                "waits for its turn at %s (%s, %d of %d deliveries in progress, %d waiting)"
                                        .formatted(
                                                part.destination(),
                                                state.phase(),
                                                state.busy(),
                                                state.window(),
                                                state.waiting()))
                .orElse("waits for its turn at " + part.destination());
    }

    private String next(QueuedMessage message) {
        if (suspension(message).isPresent()) {
            return "not before it is resumed";
        }
        return switch (message.queue()) {
            case INCOMING -> "as soon as there is room";
            case ACTIVE -> "now";
            case DEFERRED -> due(message);
            case HOLD -> "not before it is released";
            case CORRUPT -> "never";
        };
    }

    private String due(QueuedMessage message) {
        Instant due = message.status().due();
        String what = message.status().forcedExpire() ? "returned to its sender" : "tried";
        String time = due.truncatedTo(ChronoUnit.SECONDS).toString();
        if (!due.isAfter(clock.instant())) {
            return what + " at the next queue run, due since " + time;
        }
        return what
                + (message.status().scheduled() ? " at " : " at the first queue run after ")
                + time;
    }

    private List<String> changes(QueuedMessage message) {
        List<String> changes = new ArrayList<>();
        Optional<Suspension> suspension = suspension(message);
        suspension.ifPresent(by -> changes.add("qmgr resume " + by + " lifts the suspension"));
        queueManager
                .operator()
                .intended(message.id())
                .ifPresent(what -> changes.add("when its delivery has ended it is " + what));
        switch (message.queue()) {
            case DEFERRED -> {
                if (suspension.isEmpty()) {
                    changes.add("postqueue -i " + message.id() + " tries it at once");
                }
            }
            case HOLD -> changes.add("postsuper -H " + message.id() + " takes it off hold");
            case INCOMING, ACTIVE, CORRUPT -> {}
        }
        changes.add(lifetime(message));
        return changes;
    }

    private String lifetime(QueuedMessage message) {
        if (message.status().forcedExpire()) {
            return "it was marked to be returned to its sender";
        }
        Instant expires = queueManager.expires(message);
        return expires.isAfter(clock.instant())
                ? "a failure after "
                        + expires.truncatedTo(ChronoUnit.SECONDS)
                        + " returns it to its sender"
                : "it is past its lifetime: its next failure returns it to its sender";
    }
}
