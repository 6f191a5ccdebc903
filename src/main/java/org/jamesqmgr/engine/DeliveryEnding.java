/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import java.util.function.Predicate;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
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
        record(delivery);
        PulledMessage pulled = delivery.pulled();
        try {
            tellDelivered(delivery);
            reportUndeliverable(pulled);
            if (!pulled.message().pendingRecipients().isEmpty() && expired.test(pulled.message())) {
                returnToSender(pulled);
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

    /** Has the store keep what became of recipients so far. */
    void record(ActiveDelivery delivery) throws MessageStoreException {
        List<Attempt> attempts = delivery.unrecorded();
        if (!attempts.isEmpty()) {
            delivery.pulled().record(attempts);
            delivery.recorded(attempts);
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
            followUp.delivered(delivery.message(), delivery.pulled().content(), deliveries);
        } catch (MessageStoreException | RuntimeException e) {
            LOGGER.error("{}: what was to follow its delivery failed", delivery.message().id(), e);
        }
    }

    private void reportUndeliverable(PulledMessage pulled)
            throws ReportFailedException, MessageStoreException {
        List<Attempt> failures = lastAttempts(pulled.message(), Recipient.State.UNDELIVERABLE);
        if (!failures.isEmpty()) {
            report(pulled, failures);
            pulled.reported();
        }
    }

    private void returnToSender(PulledMessage pulled) throws ReportFailedException {
        listener.expired(pulled.message());
        report(pulled, lastAttempts(pulled.message(), Recipient.State.PENDING));
    }

    private void report(PulledMessage pulled, List<Attempt> failures) throws ReportFailedException {
        try {
            followUp.undeliverable(pulled.message(), pulled.content(), failures);
        } catch (MessageStoreException | RuntimeException e) {
            LOGGER.error("{}: its failure could not be reported", pulled.message().id(), e);
            throw new ReportFailedException(e);
        }
    }

    private static List<Attempt> lastAttempts(QueuedMessage message, Recipient.State state) {
        return message.recipients(state).stream()
                .flatMap(recipient -> message.lastAttempt(recipient).stream())
                .toList();
    }

    private static String reason(QueuedMessage message) {
        MailAddress first = message.pendingRecipients().get(0);
        return message.lastAttempt(first)
                .map(attempt -> attempt.outcome().status().reason())
                .orElse("not tried");
    }

    private static final class ReportFailedException extends Exception {

        private static final long serialVersionUID = 1;

        ReportFailedException(Exception cause) {
            super(cause.getMessage(), cause);
        }
    }
}
