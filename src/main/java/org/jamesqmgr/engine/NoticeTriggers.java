/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.notice.Trouble;
import org.jamesqmgr.schedule.CrashPolicy;

/**
 * What of that which becomes of messages is trouble the postmaster should hear of. Of trouble with
 * mail to postmasters nothing is told.
 */
public final class NoticeTriggers implements QueueEventListener {

    private static final String LOG = "For other details, see the local mail logfile";

    /** The subject of status codes that say there is no connection (RFC 3463, 3.5). */
    private static final int NETWORK = 4;

    /** Made before it is needed: then nothing can be made. */
    private static final Notice NO_MEMORY =
            new Notice(
                    NotifyClass.RESOURCE,
                    "memory",
                    "james-qmgr: out of memory",
                    List.of(
                            "The server has run out of memory (OutOfMemoryError). Give it more (-Xmx),"
                                    + " or less to do at once.",
                            "",
                            LOG));

    private final NoticeDesk desk;
    private final DoubleBounce own;

    public NoticeTriggers(NoticeDesk desk, DoubleBounce own) {
        this.desk = desk;
        this.own = own;
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        tell(
                NotifyClass.SOFTWARE,
                "queue file",
                "damaged queue file " + id,
                List.of(
                        "A queue file is damaged. It was moved to the queue corrupt, where it stays for"
                                + " you to look at; its mail is not delivered. Nothing else is"
                                + " affected.",
                        "",
                        "Queue file: " + id,
                        "Reason: " + reason));
    }

    @Override
    public void suspect(QueuedMessage message) {
        tell(
                message,
                NotifyClass.SOFTWARE,
                "suspect",
                "the server died while working on " + message.id(),
                List.of(
                        "The server died %d times while it was working on this message. It is tried"
                                        .formatted(message.status().crashes())
                                + " once more, alone."));
    }

    @Override
    public void held(QueuedMessage message, String reason) {
        if (CrashPolicy.after(message.status().crashes()) != CrashPolicy.HOLD) {
            return; // Somebody wanted that.
        }
        tell(
                message,
                NotifyClass.SOFTWARE,
                "held",
                message.id() + " placed on hold",
                List.of(
                        "The server died again and again while it was working on this message. It was"
                                + " placed on hold and waits for you: look at it, then release or"
                                + " delete it.",
                        "",
                        "Reason: " + reason));
    }

    /** Where no connection can be made because we lack something, that is an outcome like any other. */
    @Override
    public void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {
        DeliveryStatus status = attempt.outcome().status();
        boolean ours = status.remoteMta().isEmpty() && status.code().subject() == NETWORK;
        if (ours && Trouble.saysThatSomethingIsLacking(status.reason())) {
            tell(
                    message,
                    NotifyClass.RESOURCE,
                    "transport " + transport + ": lack",
                    "transport " + transport + " lacks something",
                    List.of("The transport " + transport + " said:", status.reason()));
        }
    }

    @Override
    public void agentFailed(QueuedMessage message, TransportName transport, Throwable cause) {
        thrown(
                message,
                "transport " + transport,
                "The transport " + transport + " failed; the mail is deferred.",
                cause);
    }

    @Override
    public void consumerFailed(
            QueuedMessage message, String where, String what, Optional<Throwable> cause) {
        String from = message.envelope().transport() + ", " + where;
        if (cause.isPresent()) {
            thrown(message, from, what, cause.get());
        } else {
            tell(message, NotifyClass.SOFTWARE, from, from + " failed", List.of(what));
        }
    }

    @Override
    public void engineFailed(QueuedMessage message, Throwable defect) {
        thrown(message, "queue manager", "The queue manager failed on a message.", defect);
    }

    @Override
    public void engineFailed(Throwable defect) {
        if (defect instanceof OutOfMemoryError) {
            desk.tell(NO_MEMORY);
            return;
        }
        Trouble trouble = new Trouble(defect);
        tell(
                trouble.noticeClass(),
                cause("queue manager", trouble),
                "queue manager failed",
                text("The queue manager failed, and goes on.", trouble));
    }

    @Override
    public void storeFailed(StoreTrouble trouble) {
        String activity = trouble.activity().name().toLowerCase(Locale.ROOT);
        tell(
                NotifyClass.RESOURCE,
                "store: " + activity,
                "the message store fails (" + activity + ")",
                text(consequence(trouble.activity()), new Trouble(trouble.cause())));
    }

    /** Of the same cause: it is counted. */
    @Override
    public void storeStillFails(StoreTrouble trouble) {
        storeFailed(trouble);
    }

    private static String consequence(StoreTrouble.Activity activity) {
        return switch (activity) {
            case ACCEPT -> "The queue directory cannot be written: no mail is accepted.";
            case CLAIM -> "The queue directory cannot be read: waiting mail is not worked on.";
            case END ->
                    "The queue directory cannot be written: mail that is done with may be worked on"
                            + " again.";
            case LOAD -> "The queue directory cannot be read: some deferred mail is not known yet.";
        };
    }

    private void thrown(QueuedMessage message, String who, String what, Throwable thrown) {
        if (own.sent(message.envelope().sender())) {
            return;
        }
        if (thrown instanceof OutOfMemoryError) {
            desk.tell(NO_MEMORY);
            return;
        }
        Trouble trouble = new Trouble(thrown);
        tell(
                message,
                trouble.noticeClass(),
                cause(who, trouble),
                who + " failed (" + trouble.name() + ")",
                text(what, trouble));
    }

    private static String cause(String who, Trouble trouble) {
        return who + ": " + trouble.name();
    }

    private static List<String> text(String what, Trouble trouble) {
        return Stream.of(List.of(what, ""), trouble.lines()).flatMap(List::stream).toList();
    }

    private void tell(
            QueuedMessage message,
            NotifyClass noticeClass,
            String cause,
            String subject,
            List<String> text) {
        if (!own.sent(message.envelope().sender())) {
            List<String> which = List.of("Queue id: " + message.id(), "");
            tell(
                    noticeClass,
                    cause,
                    subject,
                    Stream.of(which, text).flatMap(List::stream).toList());
        }
    }

    private void tell(NotifyClass noticeClass, String cause, String subject, List<String> text) {
        if (desk.wants(noticeClass)) {
            List<String> end = List.of("", LOG);
            desk.tell(
                    new Notice(
                            noticeClass,
                            cause,
                            "james-qmgr: " + subject,
                            Stream.of(text, end).flatMap(List::stream).toList()));
        }
    }
}
