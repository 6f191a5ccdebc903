/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.engine.ActiveDelivery.FollowUpStep;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a round of deliveries ends, in Postfix's order: who failed for good is reported, then the
 * message goes if nobody is left, goes back to its sender if it is past its lifetime, or waits.
 * Blocks on the store.
 *
 * <p>First the report is safe, then it is noted that it was made, then the message may go: a crash
 * in between repeats the report and loses nothing.
 */
final class DeliveryEnding {

    private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryEnding.class);

    private final FollowUp followUp;
    private final Predicate<QueuedMessage> expired;
    private final QueueEventListener listener;

    DeliveryEnding(
            FollowUp followUp, Predicate<QueuedMessage> expired, QueueEventListener listener) {
        this.followUp = followUp;
        this.expired = expired;
        this.listener = listener;
    }

    /**
     * Ends the round.
     *
     * @throws MessageStoreException if the message is still in work; to be called again
     */
    void end(ActiveDelivery delivery) throws MessageStoreException {
        breakOff(delivery);
        PulledMessage pulled = delivery.pulled();
        try {
            reportUndeliverable(delivery);
            if (!pulled.message().pendingRecipients().isEmpty() && isToReturn(delivery)) {
                returnToSender(delivery);
                pulled.complete();
                return;
            }
        } catch (ReportFailedException e) {
            pulled.retry("its sender could not be told of a failure: " + e.getMessage());
            return;
        }
        if (pulled.message().pendingRecipients().isEmpty()) {
            pulled.complete();
        } else {
            pulled.retry(reason(pulled.message()));
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
        if (!delivery.wasTaken(FollowUpStep.DELIVERIES_TOLD)) {
            delivery.took(FollowUpStep.DELIVERIES_TOLD);
            tellDelivered(delivery);
        }
    }

    private void tellDelivered(ActiveDelivery delivery) {
        List<Attempt> deliveries =
                delivery.attempts().stream()
                        .filter(attempt -> attempt.outcome() instanceof RecipientOutcome.Delivered)
                        .toList();
        if (deliveries.isEmpty()) {
            return;
        }
        try {
            followUp.delivered(
                    delivery.pulled().message(), delivery.pulled().content(), deliveries);
        } catch (MessageStoreException | RuntimeException | Error e) {
            LOGGER.error("{}: what was to follow its delivery failed", delivery.message().id(), e);
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
        if (!delivery.wasTaken(FollowUpStep.RETURNED)) {
            listener.expired(delivery.pulled().message());
        }
        List<Attempt> failures = lastAttempts(delivery.pulled().message(), Recipient.State.PENDING);
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
            throw new ReportFailedException(e);
        }
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
        DeliveryStatus status = DeliveryStatus.local("4.4.7", "delivery time expired");
        return Attempt.immediate(
                message.status().due(), new RecipientOutcome.Deferred(recipient, status));
    }

    private static String reason(QueuedMessage message) {
        MailAddress first = message.pendingRecipients().get(0);
        return message.lastAttempt(first)
                .map(attempt -> attempt.outcome().status().reason())
                .orElse("not tried");
    }

    private static final class ReportFailedException extends Exception {

        private static final long serialVersionUID = 1;

        ReportFailedException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }
}
