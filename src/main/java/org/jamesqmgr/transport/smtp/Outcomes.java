/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.RecipientOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the recipients of one request so far. A passing failure is only that of a host: the
 * recipient stays open for the next one, and keeps the last failure if there is none. For one thread.
 */
final class Outcomes {

    private static final Logger LOGGER = LoggerFactory.getLogger(Outcomes.class);

    private final QueueId message;
    private final Instant time;
    private final Set<MailAddress> recipients;
    private final Map<MailAddress, Attempt> attempts = new HashMap<>();
    private final Set<MailAddress> open;

    Outcomes(QueueId message, Instant time, List<MailAddress> recipients) {
        this.message = message;
        this.time = time;
        this.recipients = new LinkedHashSet<>(recipients);
        this.open = new LinkedHashSet<>(recipients);
    }

    /** Recipients the next host is to be asked for. */
    List<MailAddress> open() {
        return List.copyOf(open);
    }

    boolean done() {
        return open.isEmpty();
    }

    /** Whether nobody was delivered to or given up. */
    boolean nothingDecided() {
        return attempts.keySet().stream().allMatch(open::contains);
    }

    /** Whether every recipient that is open has at least a passing failure to show. */
    boolean everybodyHasAnAnswer() {
        return attempts.keySet().containsAll(open);
    }

    /**
     * An answer for one recipient.
     *
     * @param last whether no other host will be tried; otherwise a passing failure is logged
     */
    void report(
            MailAddress recipient, DeliveryStatus status, Conversation conversation, boolean last) {
        RecipientOutcome outcome = RecipientOutcome.of(recipient, status);
        attempts.put(recipient, new Attempt(time, outcome, conversation));
        if (status.code().statusClass() != EnhancedStatusCode.TEMPORARY) {
            open.remove(recipient);
        } else if (!last) {
            LOGGER.info("{}: {}", message, status.reason());
        }
    }

    /** The same answer for all that are open. */
    void reportAll(DeliveryStatus status, Conversation conversation, boolean last) {
        if (!last) {
            LOGGER.info("{}: {}", message, status.reason());
        }
        open().forEach(recipient -> report(recipient, status, conversation, true));
    }

    /** One for each recipient, in their order; all have had an answer. */
    List<Attempt> attempts() {
        if (!everybodyHasAnAnswer()) {
            throw new IllegalStateException(message + ": no answer for " + open);
        }
        return recipients.stream().map(attempts::get).toList();
    }
}
