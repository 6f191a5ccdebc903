/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.OwnTrouble;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.schedule.ActiveMessage;
import org.jamesqmgr.store.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the recipients of a message go by today's routes.
 *
 * @param destinations who is to be tried, and where
 * @param refused who is deferred without being tried, and why
 */
record Activation(
        Map<Destination, List<MailAddress>> destinations,
        Map<DeliveryStatus, List<MailAddress>> refused) {

    private static final Logger LOGGER = LoggerFactory.getLogger(Activation.class);

    /** Of recipients whose transport is not there. */
    static final DeliveryStatus NO_TRANSPORT =
            DeliveryStatus.local("4.3.0", "mail transport unavailable");

    private static final DeliveryStatus DEFERRED_TRANSPORT =
            DeliveryStatus.local("4.3.2", "deferred transport");

    /**
     * Routes the pending recipients of a message.
     *
     * <p>Nobody is tried of a message that an operator wants returned to its sender.
     *
     * @param flushed whether an operator asked for the message: then transports that wait for that
     *     take it
     */
    static Activation of(
            QueuedMessage message, DeliveryPlan plan, boolean flushed, Suspensions suspensions) {
        Activation activation = new Activation(new LinkedHashMap<>(), new LinkedHashMap<>());
        if (message.status().forcedExpire()) {
            return activation;
        }
        for (MailAddress recipient : message.pendingRecipients()) {
            activation.add(message, recipient, plan, flushed, suspensions);
        }
        return activation;
    }

    /** Whether somebody is not tried because an operator has suspended it. */
    boolean suspended() {
        return refused.containsKey(Suspensions.STATUS);
    }

    /** A route that cannot be found is a defect of ours, and no reason to stop other mail. */
    private void add(
            QueuedMessage message,
            MailAddress recipient,
            DeliveryPlan plan,
            boolean flushed,
            Suspensions suspensions) {
        try {
            Destination to = plan.router().route(message.envelope(), recipient);
            if (!plan.transports().containsKey(to.transport())) {
                refuse(recipient, NO_TRANSPORT);
            } else if (suspensions.of(to, recipient.getDomain().asString()).isPresent()) {
                refuse(recipient, Suspensions.STATUS);
            } else if (!flushed && plan.deferTransports().contains(to.transport())) {
                refuse(recipient, DEFERRED_TRANSPORT);
            } else {
                add(destinations, to, recipient);
            }
        } catch (RuntimeException e) {
            LOGGER.error("{}: no route to {}", message.id(), recipient.asString(), e);
            refuse(recipient, OwnTrouble.ROUTING.because(e.toString()));
        }
    }

    /** As the scheduler knows the message. */
    ActiveMessage forScheduler(QueuedMessage message) {
        return new ActiveMessage(
                message.id(),
                message.envelope().transport(),
                Lanes.of(message.envelope()),
                destinations);
    }

    ActiveDelivery delivery(PulledMessage pulled, Instant now) {
        int untried = destinations.values().stream().mapToInt(List::size).sum();
        return new ActiveDelivery(pulled, now, untried);
    }

    private void refuse(MailAddress recipient, DeliveryStatus reason) {
        add(refused, reason, recipient);
    }

    private static <K> void add(Map<K, List<MailAddress>> groups, K group, MailAddress recipient) {
        groups.computeIfAbsent(group, unknown -> new ArrayList<>()).add(recipient);
    }
}
