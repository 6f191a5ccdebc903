/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import java.time.Duration;
import java.time.Instant;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.bounce.Audience;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.Provenance.Reporting;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the mail log, a line for each event in Postfix's form:
 *
 * <pre>
 *   postfix/smtpd[4711]: ID: client=host[address]
 *   postfix/cleanup[4711]: ID: message-id=&lt;...&gt;, mail=..., orig_id=...
 *   postfix/qmgr[4711]: ID: from=&lt;...&gt;, size=..., nrcpt=... (queue active)
 *   postfix/smtp[4711]: ID: to=&lt;...&gt;, relay=..., delay=..., delays=a/b/c/d, dsn=..., status=... (...)
 *   postfix/bounce[4711]: ID: sender non-delivery notification: ID
 *   postfix/qmgr[4711]: ID: removed
 * </pre>
 *
 * A message that the pipeline gives to a transport goes on under its id. What else is made of it, for
 * another transport or with another body, has an id of its own: it is not received again, and {@code
 * orig_id} says what it was made from. {@code mail} is James's name of it.
 *
 * <p>Safe for use by any thread.
 */
public final class MailLog implements QueueEventListener {

    private static final Logger LOG = LoggerFactory.getLogger("org.jamesqmgr.maillog");

    private static final char DELETE = 0x7f;

    private final String syslogName;
    private final long pid;

    /**
     * A log in the name of one server.
     *
     * @param syslogName what stands before the slash ({@code syslog_name})
     * @param pid of this process
     */
    public MailLog(String syslogName, long pid) {
        this.syslogName = syslogName;
        this.pid = pid;
    }

    @Override
    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
        if (provenance.origin().isEmpty()) {
            received(id, envelope, provenance);
        }
        log("cleanup", id, names(provenance));
    }

    private void received(QueueId id, Envelope envelope, Provenance provenance) {
        if (!provenance.clientAddress().isEmpty()) {
            String name = provenance.clientName();
            String client = name.isEmpty() ? "unknown" : name;
            log("smtpd", id, "client=" + client + "[" + provenance.clientAddress() + "]");
        } else if (!envelope.sender().isNullSender()) {
            // A report that the server made itself was not received from anybody.
            log("pickup", id, "uid=0 from=" + angled(envelope.sender()));
        }
    }

    private static String names(Provenance provenance) {
        StringBuilder names = new StringBuilder("message-id=");
        names.append(provenance.messageId().isEmpty() ? "<>" : provenance.messageId());
        if (!provenance.mailName().isEmpty()) {
            names.append(", mail=").append(provenance.mailName());
        }
        provenance.origin().ifPresent(origin -> names.append(", orig_id=").append(origin));
        return names.toString();
    }

    @Override
    public void claimed(QueuedMessage message) {
        log(
                "qmgr",
                message.id(),
                "from="
                        + angled(message.envelope().sender())
                        + ", size="
                        + message.size()
                        + ", nrcpt="
                        + message.envelope().recipients().size()
                        + " (queue active)");
    }

    @Override
    public void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {
        RecipientOutcome outcome = attempt.outcome();
        String original = message.envelope().options().of(outcome.recipient()).original();
        String status = outcome.fold(sent -> "sent", deferred -> "deferred", bounced -> "bounced");
        log(
                transport.asString(),
                message.id(),
                "to=<"
                        + outcome.recipient().asString()
                        + (original.isEmpty() ? ">" : ">, orig_to=<" + original + ">")
                        + ", relay="
                        + attempt.conversation().relay()
                        + connectionUse(attempt.conversation())
                        + ", delay="
                        + Seconds.of(total(message, attempt))
                        + ", delays="
                        + delays(message, activated, attempt)
                        + ", dsn="
                        + outcome.status().code()
                        + ", status="
                        + (softBounce ? "SOFTBOUNCE" : status)
                        + " ("
                        + outcome.status().reason()
                        + ")");
    }

    private static String connectionUse(Conversation conversation) {
        return conversation.uses() > 1 ? ", conn_use=" + conversation.uses() : "";
    }

    private static Duration total(QueuedMessage message, Attempt attempt) {
        return Duration.between(message.envelope().arrival(), attempt.time())
                .plus(attempt.conversation().duration());
    }

    /** Until active, until its turn, until the session stood, until the last reply. */
    private static String delays(QueuedMessage message, Instant activated, Attempt attempt) {
        Instant arrival = message.envelope().arrival();
        return Seconds.of(Duration.between(arrival, activated))
                + "/"
                + Seconds.of(Duration.between(activated, attempt.time()))
                + "/"
                + Seconds.of(attempt.conversation().setup())
                + "/"
                + Seconds.of(attempt.conversation().transfer());
    }

    @Override
    public void expired(QueuedMessage message) {
        log(
                "qmgr",
                message.id(),
                "from="
                        + angled(message.envelope().sender())
                        + ", status=expired, returned to sender");
    }

    @Override
    public void reported(QueueId message, Reporting what, QueueId report) {
        log("bounce", message, audience(what.audience()) + " " + kind(what.kind()) + ": " + report);
    }

    private static String audience(Audience audience) {
        return switch (audience) {
            case SENDER -> "sender";
            case POSTMASTER -> "postmaster";
        };
    }

    private static String kind(ReportKind kind) {
        return switch (kind) {
            case FAILURE -> "non-delivery notification";
            case DELAY -> "delay notification";
            case SUCCESS -> "delivery status notification";
        };
    }

    @Override
    public void notReported(QueueId message, String why) {
        warn("bounce", message + ": " + why);
    }

    /** In no queue, so it has no id; Postfix logs this as a delivery. */
    @Override
    public void discarded(Envelope envelope, MailAddress recipient) {
        log(
                "qmgr",
                "NOQUEUE",
                "to=<"
                        + recipient.asString()
                        + ">, relay=none, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent"
                        + " (undeliverable postmaster notification discarded)");
    }

    @Override
    public void held(QueuedMessage message, String reason) {
        log("qmgr", message.id(), "placed on hold (" + reason + ")");
    }

    /** What the pipeline deferred: no recipient was tried, so this is no {@code status=deferred}. */
    @Override
    public void deferred(QueuedMessage message, MessageStatus status) {
        if (message.history().isEmpty() && !status.reason().isEmpty()) {
            log("qmgr", message.id(), "waits (" + status.reason() + ")");
        }
    }

    @Override
    public void done(QueuedMessage message) {
        log("qmgr", message.id(), "removed");
    }

    @Override
    public void deleted(QueueId id) {
        log("postsuper", id, "removed");
    }

    @Override
    public void released(QueueId id) {
        log("postsuper", id, "released from hold");
    }

    @Override
    public void requeued(QueueId id, QueueId now) {
        log("postsuper", id, "requeued");
    }

    @Override
    public void forcedToExpire(QueueId id) {
        log("postsuper", id, "expired");
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        warn("qmgr", "saving corrupt file \"" + id + "\" to queue \"corrupt\": " + reason);
    }

    private void warn(String service, String what) {
        LOG.warn("{}/{}[{}]: warning: {}", syslogName, service, pid, oneLine(what));
    }

    private void log(String service, QueueId id, String what) {
        log(service, id.asString(), what);
    }

    private void log(String service, String id, String what) {
        if (LOG.isInfoEnabled()) {
            LOG.info(syslogName + "/" + service + "[" + pid + "]: " + id + ": " + oneLine(what));
        }
    }

    private static String angled(MaybeSender sender) {
        return "<" + (sender.isNullSender() ? "" : sender.asString()) + ">";
    }

    /** Addresses and replies come from strangers: no line of theirs may look like one of ours. */
    private static String oneLine(String text) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] < ' ' || chars[i] == DELETE) {
                chars[i] = '?';
            }
        }
        return new String(chars);
    }
}
