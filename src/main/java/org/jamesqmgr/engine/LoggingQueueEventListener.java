/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what becomes of messages to the log, one line per event, each with the queue id. What is
 * the ordinary course of every message is left to the mail log.
 */
public final class LoggingQueueEventListener implements QueueEventListener {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.jamesqmgr.queue");

    @Override
    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
        LOGGER.debug(
                "{}: accepted for {}, from={}, nrcpt={}",
                id,
                envelope.transport(),
                envelope.sender().asPrettyString(),
                envelope.recipients().size());
    }

    @Override
    public void expired(QueuedMessage message) {
        LOGGER.warn("{}: past its lifetime, returned to its sender", message.id());
    }

    @Override
    public void notReported(QueueId message, String why) {
        LOGGER.warn("{}: {}", message, why);
    }

    @Override
    public void destinationDead(Destination destination, DeliveryStatus reason, Instant until) {
        LOGGER.warn(
                "{}: dead until {}: {}",
                destination,
                until.truncatedTo(ChronoUnit.SECONDS),
                reason.reason());
    }

    @Override
    public void destinationAlive(Destination destination) {
        LOGGER.info("{}: no longer dead", destination);
    }

    @Override
    public void destinationClogs(Destination destination, int messages) {
        LOGGER.warn(
                "mail for {} is using up {} active queue entries; more of it waits",
                destination,
                messages);
    }

    @Override
    public void claimed(QueuedMessage message) {
        LOGGER.debug(
                "{}: active, transport={}, size={}",
                message.id(),
                message.envelope().transport(),
                message.size());
    }

    @Override
    public void done(QueuedMessage message) {
        LOGGER.debug("{}: removed", message.id());
    }

    @Override
    public void deferred(QueuedMessage message, MessageStatus status) {
        LOGGER.info(
                "{}: {} until {}, attempt {}{}",
                message.id(),
                status.scheduled() ? "scheduled" : "deferred",
                status.due().truncatedTo(ChronoUnit.SECONDS),
                status.attempts(),
                status.reason().isEmpty() ? "" : ": " + status.reason());
    }

    @Override
    public void rejected(QueuedMessage message, MessageStatus status) {
        LOGGER.warn(
                "{}: refused by {} ({} in a row), deferred until {}: {}",
                message.id(),
                message.envelope().transport(),
                status.rejections(),
                status.due().truncatedTo(ChronoUnit.SECONDS),
                status.reason());
    }

    @Override
    public void held(QueuedMessage message, String reason) {
        LOGGER.warn("{}: placed on hold: {}", message.id(), reason);
    }

    @Override
    public void givenBack(QueuedMessage message, String reason) {
        LOGGER.info("{}: back to incoming: {}", message.id(), reason);
    }

    @Override
    public void endingFailed(QueuedMessage message, String ending, MessageStoreException cause) {
        LOGGER.error("{}: {} could not be recorded", message.id(), ending, cause);
    }

    @Override
    public void suspect(QueuedMessage message) {
        LOGGER.warn(
                "{}: the server died {} times while working on it; it will be tried alone",
                message.id(),
                message.status().crashes());
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        LOGGER.error("{}: damaged, moved to the corrupt queue: {}", id, reason);
    }

    @Override
    public void storeFailed(StoreTrouble trouble) {
        LOGGER.error("the message store fails ({})", trouble.activity(), trouble.cause());
    }

    @Override
    public void storeRecovered(StoreTrouble trouble, Duration lasted) {
        LOGGER.warn("the message store works again ({}) after {}", trouble.activity(), lasted);
    }

    @Override
    public void clockJumped(Duration jump) {
        LOGGER.warn("the clock jumped by {}; ages of messages may be wrong", jump);
    }
}
