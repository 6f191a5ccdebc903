/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.transport.RoutingTable;

/**
 * What {@code conf/qmgr.xml} asks for, complete (defaults filled in) and free of contradictions. Immutable.
 *
 * @param store where queued messages are kept
 * @param queueDirectory the queue directory as a James URL, {@code file://} and a path; not resolved, not checked on disk
 * @param queueRunDelay time between two scans of the deferred queue, at least 1s
 * @param minimalBackoffTime least time between two attempts; zero is legal
 * @param maximalBackoffTime most time between two attempts, never below {@code minimalBackoffTime}
 * @param maximalQueueLifetime age at which a temporary failure returns a message; zero means a single attempt
 * @param messageActiveLimit most messages in the active queue, at least 1
 * @param messageRecipientLimit most recipients held in memory for the active queue, at least 1
 * @param stopTimeout how long a clean stop waits for deliveries in progress; zero means not at all
 * @param broker where the shared store is
 * @param queueMinfree free bytes of the queues' file system at which no more mail is accepted; zero leaves it to the size of messages
 * @param delivery how mail is delivered
 * @param smtpClient how the agent smtp talks to other servers
 * @param reporting who hears of what
 */
public record QmgrSettings(
        StoreKind store,
        String queueDirectory,
        Duration queueRunDelay,
        Duration minimalBackoffTime,
        Duration maximalBackoffTime,
        Duration maximalQueueLifetime,
        int messageActiveLimit,
        int messageRecipientLimit,
        Duration stopTimeout,
        BrokerSettings broker,
        long queueMinfree,
        DeliverySettings delivery,
        SmtpClientSettings smtpClient,
        ReportingSettings reporting) {

    /** The settings of a server without {@code conf/qmgr.xml}. */
    public static QmgrSettings defaults() {
        return ParameterValues.defaults().toSettings();
    }

    /**
     * @throws IllegalArgumentException when the values contradict each other; {@link QmgrSettingsReader} never lets it come
     *     to that
     */
    public QmgrSettings {
        requireNonNull(store);
        requireNonNull(queueDirectory);
        requireNonNull(broker);
        requireNonNull(delivery);
        requireNonNull(smtpClient);
        requireNonNull(reporting);
        require(queueRunDelay.compareTo(Duration.ZERO) > 0, "queueRunDelay", queueRunDelay);
        require(!minimalBackoffTime.isNegative(), "minimalBackoffTime", minimalBackoffTime);
        require(
                maximalBackoffTime.compareTo(minimalBackoffTime) >= 0,
                "maximalBackoffTime",
                maximalBackoffTime);
        require(!maximalQueueLifetime.isNegative(), "maximalQueueLifetime", maximalQueueLifetime);
        require(messageActiveLimit >= 1, "messageActiveLimit", messageActiveLimit);
        require(messageRecipientLimit >= 1, "messageRecipientLimit", messageRecipientLimit);
        require(!stopTimeout.isNegative(), "stopTimeout", stopTimeout);
        require(queueMinfree >= 0, "queueMinfree", queueMinfree);
    }

    /** How senders hear of their mail. */
    public ReportSettings reports() {
        return reporting.reports();
    }

    /** What the postmaster hears of, and who that is. */
    public NoticeSettings notices() {
        return reporting.notices();
    }

    /** The same, except for where mail goes. */
    QmgrSettings withRoutes(RoutingTable routes) {
        return new QmgrSettings(
                store,
                queueDirectory,
                queueRunDelay,
                minimalBackoffTime,
                maximalBackoffTime,
                maximalQueueLifetime,
                messageActiveLimit,
                messageRecipientLimit,
                stopTimeout,
                broker,
                queueMinfree,
                delivery.withRoutes(routes),
                smtpClient,
                reporting);
    }

    private static void require(boolean legal, String name, Object value) {
        if (!legal) {
            throw new IllegalArgumentException(name + " cannot be " + value);
        }
    }
}
