/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.OwnTrouble;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.QueueEntry;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes deliveries, keeps what came of them, and ends the message after the last. Everything here
 * blocks: on the agent's peer, on the store. Safe for use by any thread.
 */
final class Deliverer {

    /** Hears that a delivery is over, before the message itself is ended. */
    @FunctionalInterface
    interface Ended {
        void ended(QueueEntry entry, Optional<DeliveryStatus> siteFailure);
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(Deliverer.class);

    /** In whose name Postfix logs what is deferred without an attempt. */
    private static final TransportName NOBODY = new TransportName("error");

    private static final long RETRY_SECONDS = 5;

    private final Clock clock;
    private final DeliveryEnding ending;
    private final QueueEventListener listener;
    private final Executor finishing;
    private final boolean softBounce;
    private final Ended scheduler;
    private final BooleanSupplier brokenOff;

    /**
     * @param brokenOff whether deliveries are being broken off because the server stops: their failures
     *     are of our making then
     */
    Deliverer(
            Clock clock,
            DeliveryEnding ending,
            QueueEventListener listener,
            Executor finishing,
            boolean softBounce,
            Ended scheduler,
            BooleanSupplier brokenOff) {
        this.clock = clock;
        this.ending = ending;
        this.listener = listener;
        this.finishing = finishing;
        this.softBounce = softBounce;
        this.scheduler = scheduler;
        this.brokenOff = brokenOff;
    }

    /** Has an agent try a part of a message. */
    void deliver(ActiveDelivery delivery, QueueEntry entry, DeliveryAgent agent) {
        Instant start = clock.instant();
        DeliveryReport report = attempt(delivery, entry, agent, start);
        List<Attempt> attempts = report.attempts();
        boolean ourDoing = brokenOff.getAsBoolean();
        settle(
                delivery,
                entry,
                entry.destination().transport(),
                ourDoing ? settled(attempts) : attempts,
                report.siteFailure());
    }

    private static List<Attempt> settled(List<Attempt> attempts) {
        return attempts.stream()
                .filter(attempt -> !(attempt.outcome() instanceof RecipientOutcome.Deferred))
                .toList();
    }

    /** Defers a part of a message without trying it. */
    void suspend(ActiveDelivery delivery, QueueEntry entry, DeliveryStatus reason) {
        settle(delivery, entry, NOBODY, defer(entry.recipients(), reason), Optional.empty());
    }

    /** Defers recipients of a message that the scheduler does not know of. */
    void refuse(ActiveDelivery delivery, List<MailAddress> recipients, DeliveryStatus reason) {
        tried(delivery, NOBODY, defer(recipients, reason));
    }

    /** Ends a message all of whose recipients were tried. It is ended, sooner or later. */
    void finish(ActiveDelivery delivery) {
        if (brokenOff.getAsBoolean() && hasSomethingLeft(delivery.message())) {
            giveBack(delivery, "the server stops");
            return;
        }
        try {
            if (!delivery.pulled().ended()) {
                ending.end(delivery);
            }
        } catch (MessageStoreException e) {
            LOGGER.error("{}: not ended, tried again soon", delivery.message().id(), e);
            soon(() -> finish(delivery));
        } catch (RuntimeException | Error e) {
            putBack(delivery.pulled(), e);
        }
    }

    private static boolean hasSomethingLeft(QueuedMessage message) {
        return !message.pendingRecipients().isEmpty()
                || !message.recipients(Recipient.State.UNDELIVERABLE).isEmpty();
    }

    /** Gives a message back of which no delivery is under way; what was done of it stays done. */
    void giveBack(ActiveDelivery delivery, String reason) {
        try {
            if (!delivery.pulled().ended()) {
                ending.breakOff(delivery);
            }
            delivery.pulled().giveBackUntilDone(reason);
        } catch (MessageStoreException e) {
            LOGGER.error("{}: not given back, tried again soon", delivery.message().id(), e);
            soon(() -> giveBack(delivery, reason));
        } catch (RuntimeException | Error e) {
            putBack(delivery.pulled(), e);
        }
    }

    /** Defers a message on which we ourselves have failed: it must not stay in work for ever. */
    void putBack(PulledMessage pulled, Throwable defect) {
        LOGGER.error("{}: failed on it, it is deferred", pulled.claimed().id(), defect);
        listener.engineFailed(pulled.claimed(), defect);
        deferUntilDone(pulled, defect);
    }

    private void deferUntilDone(PulledMessage pulled, Throwable defect) {
        try {
            pulled.retry("mail system failure: " + defect);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: not deferred, tried again soon", pulled.claimed().id(), e);
            soon(() -> deferUntilDone(pulled, defect));
        }
    }

    private void soon(Runnable task) {
        CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, finishing).execute(task);
    }

    private DeliveryReport attempt(
            ActiveDelivery delivery, QueueEntry entry, DeliveryAgent agent, Instant start) {
        PulledMessage pulled = delivery.pulled();
        try {
            if (agent.parsesContent()) {
                begin(pulled);
            }
            DeliveryReport report =
                    agent.deliver(
                            new DeliveryRequest(
                                    delivery.message(),
                                    pulled.content(),
                                    entry.destination(),
                                    entry.recipients()));
            return new DeliveryReport(complete(report, entry, start), report.siteFailure());
        } catch (IOException e) {
            LOGGER.error("{}: cannot be read", pulled.claimed().id(), e);
            listener.agentFailed(pulled.claimed(), entry.destination().transport(), e);
            return failed(entry, start, OwnTrouble.QUEUE_ENTRY.because(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOGGER.error("{}: the agent for {} failed", pulled.claimed().id(), entry, e);
            listener.agentFailed(pulled.claimed(), entry.destination().transport(), e);
            return failed(entry, start, OwnTrouble.TRANSPORT.because(e.toString()));
        }
    }

    private static void begin(PulledMessage pulled) {
        try {
            pulled.begin();
        } catch (MessageStoreException e) {
            // Only the count of crashes suffers; delivering it is what makes room on a full disk.
            LOGGER.warn("{}: that work begins could not be noted", pulled.claimed().id(), e);
        }
    }

    private static DeliveryReport failed(QueueEntry entry, Instant time, DeliveryStatus status) {
        return DeliveryReport.of(
                entry.recipients().stream().map(to -> deferred(to, status, time)).toList());
    }

    /** Whoever the agent has not reported it has not delivered to. */
    private static List<Attempt> complete(DeliveryReport report, QueueEntry entry, Instant start) {
        Set<MailAddress> known =
                report.attempts().stream()
                        .map(attempt -> attempt.outcome().recipient())
                        .collect(Collectors.toSet());
        DeliveryStatus unknown = DeliveryStatus.local("4.3.0", "the transport said nothing");
        List<Attempt> attempts = new ArrayList<>(report.attempts());
        entry.recipients().stream()
                .filter(recipient -> !known.contains(recipient))
                .forEach(recipient -> attempts.add(deferred(recipient, unknown, start)));
        return attempts;
    }

    private List<Attempt> defer(List<MailAddress> recipients, DeliveryStatus reason) {
        Instant now = clock.instant();
        return recipients.stream().map(recipient -> deferred(recipient, reason, now)).toList();
    }

    private static Attempt deferred(MailAddress recipient, DeliveryStatus status, Instant time) {
        return Attempt.immediate(time, new RecipientOutcome.Deferred(recipient, status));
    }

    private void settle(
            ActiveDelivery delivery,
            QueueEntry entry,
            TransportName transport,
            List<Attempt> attempts,
            Optional<DeliveryStatus> siteFailure) {
        try {
            tried(delivery, transport, attempts);
        } catch (RuntimeException | Error e) {
            LOGGER.error("{}: failed on what became of it", delivery.message().id(), e);
            listener.engineFailed(delivery.pulled().claimed(), e);
        }
        // Before the message can be ended, and then claimed again.
        scheduler.ended(entry, siteFailure);
        if (delivery.settle(entry.recipients().size())) {
            finish(delivery);
        }
    }

    /** Said first, kept second: a kill in between says twice what then also happens twice. */
    private void tried(ActiveDelivery delivery, TransportName transport, List<Attempt> attempts) {
        List<Attempt> soft = attempts.stream().map(this::soften).toList();
        delivery.tried(soft);
        QueuedMessage message = delivery.message();
        for (int i = 0; i < soft.size(); i++) {
            boolean softened = !soft.get(i).equals(attempts.get(i));
            listener.attempted(message, transport, delivery.activated(), soft.get(i), softened);
        }
        try {
            delivery.record();
        } catch (MessageStoreException e) {
            LOGGER.error("{}: what became of it is not kept yet", delivery.message().id(), e);
        }
    }

    private Attempt soften(Attempt attempt) {
        RecipientOutcome outcome = attempt.outcome();
        if (!softBounce || !outcome.status().code().permanent()) {
            return attempt;
        }
        DeliveryStatus temporary = outcome.status().inClass(EnhancedStatusCode.TEMPORARY);
        return new Attempt(
                attempt.time(),
                new RecipientOutcome.Deferred(outcome.recipient(), temporary),
                attempt.conversation());
    }
}
