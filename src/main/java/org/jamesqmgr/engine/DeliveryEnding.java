/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.engine.ActiveDelivery.FollowUpStep;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a round of deliveries ends, in Postfix's order: who failed for good is reported, then who was
 * delivered to and wants that known; then the message goes if nobody is left, goes back to its sender
 * if it is past its lifetime, or waits, with a word to its sender once if it is late. Blocks on the
 * store.
 *
 * <p>First the report is safe, then it is noted that it was made, then the message may go: a crash
 * in between repeats the report and loses nothing. Without the report of a failure or a success the
 * message waits.
 */
final class DeliveryEnding {

    private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryEnding.class);

    private final FollowUp followUp;
    private final Predicate<QueuedMessage> expired;
    private final Predicate<QueuedMessage> late;
    private final QueueEventListener listener;

    /**
     * @param expired whether a message that just failed is past its lifetime
     * @param late whether the sender of a message that just failed is to hear of that
     */
    DeliveryEnding(
            FollowUp followUp,
            Predicate<QueuedMessage> expired,
            Predicate<QueuedMessage> late,
            QueueEventListener listener) {
        this.followUp = followUp;
        this.expired = expired;
        this.late = late;
        this.listener = listener;
    }

    /**
     * Ends the round.
     *
     * @throws MessageStoreException if the message is still in work; to be called again
     */
    void end(ActiveDelivery delivery) throws MessageStoreException {
        delivery.record();
        PulledMessage pulled = delivery.pulled();
        try {
            reportUndeliverable(delivery);
            reportDelivered(delivery);
            if (!pulled.message().pendingRecipients().isEmpty() && isToReturn(delivery)) {
                returnToSender(delivery);
                pulled.complete();
                return;
            }
        } catch (ReportFailedException e) {
            pulled.retry(e.getMessage(), marks(delivery));
            return;
        }
        if (pulled.message().pendingRecipients().isEmpty()) {
            pulled.complete();
        } else {
            reportDelay(delivery);
            pulled.retry(reason(pulled.message()), marks(delivery));
        }
    }

    /**
     * What an operator wants goes first, and mail does not expire while he keeps it from being tried.
     */
    private boolean isToReturn(ActiveDelivery delivery) {
        QueuedMessage message = delivery.pulled().message();
        return delivery.pulled()
                .intended()
                .map(Intention.Kind.EXPIRE::equals)
                .orElseGet(
                        () ->
                                message.status().forcedExpire()
                                        || (!delivery.wasSuspended() && expired.test(message)));
    }

    /**
     * What must be done before a message is given back in the middle of a round. Failures are reported
     * at the end of the next one.
     *
     * @throws MessageStoreException if the store does not know yet what became of recipients
     */
    void breakOff(ActiveDelivery delivery) throws MessageStoreException {
        delivery.record();
        if (owed(delivery)) {
            return;
        }
        try {
            tellDelivered(delivery);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: what was to follow its delivery failed", delivery.message().id(), e);
            listener.engineFailed(delivery.message(), e);
        }
    }

    private void reportUndeliverable(ActiveDelivery delivery)
            throws ReportFailedException, MessageStoreException {
        List<Attempt> failures =
                lastAttempts(delivery.pulled().message(), Recipient.State.UNDELIVERABLE);
        if (!failures.isEmpty()) {
            report(delivery, FollowUpStep.FAILURES_REPORTED, failures);
            delivery.pulled().reported();
        }
    }

    private void returnToSender(ActiveDelivery delivery) throws ReportFailedException {
        QueuedMessage message = delivery.pulled().message();
        if (!delivery.wasTaken(FollowUpStep.RETURNED)) {
            listener.expired(message);
        }
        List<Attempt> failures =
                lastAttempts(message, Recipient.State.PENDING).stream()
                        .map(DeliveryEnding::expired)
                        .toList();
        report(delivery, FollowUpStep.RETURNED, failures);
    }

    /** Once: should the store fail afterwards and the end be tried again, it is known to the sender. */
    private void report(ActiveDelivery delivery, FollowUpStep step, List<Attempt> failures)
            throws ReportFailedException {
        if (delivery.wasTaken(step)) {
            return;
        }
        PulledMessage pulled = delivery.pulled();
        try {
            followUp.undeliverable(pulled.message(), pulled.content(), failures);
            delivery.took(step);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: its failure could not be reported", pulled.message().id(), e);
            listener.engineFailed(pulled.claimed(), e);
            throw new ReportFailedException("a failure", e);
        }
    }

    /** Nobody waits for it as for a failure: at the end of the message's lifetime it is given up. */
    private void reportDelivered(ActiveDelivery delivery) throws ReportFailedException {
        try {
            tellDelivered(delivery);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: what was to follow its delivery failed", delivery.message().id(), e);
            listener.engineFailed(delivery.message(), e);
            if (!expired.test(delivery.message())) {
                throw new ReportFailedException("a success", e);
            }
        }
    }

    private void tellDelivered(ActiveDelivery delivery) throws MessageStoreException {
        List<Attempt> deliveries = deliveries(delivery);
        if (!deliveries.isEmpty() && !delivery.wasTaken(FollowUpStep.DELIVERIES_TOLD)) {
            PulledMessage pulled = delivery.pulled();
            followUp.delivered(pulled.message(), pulled.content(), deliveries);
            delivery.took(FollowUpStep.DELIVERIES_TOLD);
        }
    }

    /** Of this round; where nobody could be told of those before, they are among them. */
    private static List<Attempt> deliveries(ActiveDelivery delivery) {
        List<Attempt> attempts =
                owed(delivery) ? delivery.pulled().message().history() : delivery.attempts();
        return attempts.stream()
                .filter(attempt -> attempt.outcome() instanceof RecipientOutcome.Delivered)
                .toList();
    }

    private static boolean owed(ActiveDelivery delivery) {
        return delivery.message().status().has(Mark.SUCCESS_OWED);
    }

    /** Without it the message waits all the same, and the sender is told later. */
    private void reportDelay(ActiveDelivery delivery) {
        PulledMessage pulled = delivery.pulled();
        if (delayReported(delivery) || !deferred(delivery) || !late.test(pulled.message())) {
            return;
        }
        try {
            followUp.delayed(
                    pulled.message(),
                    pulled.content(),
                    lastAttempts(pulled.message(), Recipient.State.PENDING));
            delivery.took(FollowUpStep.DELAY_REPORTED);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: that it is late could not be reported", pulled.message().id(), e);
            listener.engineFailed(pulled.claimed(), e);
        }
    }

    private static boolean delayReported(ActiveDelivery delivery) {
        return delivery.wasTaken(FollowUpStep.DELAY_REPORTED)
                || delivery.message().status().has(Mark.DELAY_REPORTED);
    }

    private static boolean deferred(ActiveDelivery delivery) {
        return delivery.attempts().stream()
                .anyMatch(attempt -> attempt.outcome() instanceof RecipientOutcome.Deferred);
    }

    /** What the next round is to know. */
    private static Set<Mark> marks(ActiveDelivery delivery) {
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        marks.addAll(delivery.pulled().message().status().marks());
        marks.remove(Mark.SUCCESS_OWED);
        if (delayReported(delivery)) {
            marks.add(Mark.DELAY_REPORTED);
        }
        if (!delivery.wasTaken(FollowUpStep.DELIVERIES_TOLD) && !deliveries(delivery).isEmpty()) {
            marks.add(Mark.SUCCESS_OWED);
        }
        return marks;
    }

    /** One for each, so that nobody is missing in a report. */
    private static List<Attempt> lastAttempts(QueuedMessage message, Recipient.State state) {
        Map<MailAddress, Attempt> last = new HashMap<>();
        message.history().forEach(attempt -> last.put(attempt.outcome().recipient(), attempt));
        return message.recipients(state).stream()
                .distinct()
                .map(to -> Optional.ofNullable(last.get(to)).orElseGet(() -> unknown(message, to)))
                .toList();
    }

    /** Nothing is known any more of how its delivery went. */
    private static Attempt unknown(QueuedMessage message, MailAddress recipient) {
        DeliveryStatus status = DeliveryStatus.local("4.4.7", "no attempt is known");
        return Attempt.immediate(
                message.status().due(), new RecipientOutcome.Deferred(recipient, status));
    }

    private static Attempt expired(Attempt last) {
        DeliveryStatus status = last.outcome().status();
        DeliveryStatus both = status.because("mail has expired; last attempt: " + status.reason());
        return new Attempt(
                last.time(),
                RecipientOutcome.of(last.outcome().recipient(), both),
                last.conversation());
    }

    private static String reason(QueuedMessage message) {
        MailAddress first = message.pendingRecipients().get(0);
        return message.lastAttempt(first)
                .map(attempt -> attempt.outcome().status().reason())
                .orElse("not tried");
    }

    private static final class ReportFailedException extends Exception {

        private static final long serialVersionUID = 1;

        ReportFailedException(String what, Throwable cause) {
            super("its sender could not be told of " + what + ": " + cause.getMessage(), cause);
        }
    }
}
