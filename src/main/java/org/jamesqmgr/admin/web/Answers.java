/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.admin.ActionResult;
import org.jamesqmgr.admin.DestinationView;
import org.jamesqmgr.admin.Explanation;
import org.jamesqmgr.admin.ListedMessage;
import org.jamesqmgr.admin.MessagePage;
import org.jamesqmgr.admin.MessageView;
import org.jamesqmgr.admin.QueueHealth;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.QueueTotal;

/**
 * What the routes answer: the names of the components are the keys of the JSON. Texts are never
 * null, what is unknown is empty; times are ISO 8601, sizes bytes.
 */
final class Answers {

    private Answers() {}

    /** How the queues are. */
    record Overview(
            Map<String, Long> counts,
            List<Total> totals,
            Map<String, Integer> inWork,
            List<String> suspensions,
            boolean draining,
            boolean still,
            Health health) {}

    /** What a queue has for a transport. */
    record Total(String queue, String transport, long messages, long bytes, Instant oldest) {

        static Total of(QueueTotal total) {
            return new Total(
                    total.queue().asString(),
                    total.transport().asString(),
                    total.messages(),
                    total.bytes(),
                    total.oldest());
        }
    }

    record Health(String status, List<String> reasons) {

        static Health of(QueueHealth health) {
            return new Health(health.status().asString(), health.reasons());
        }
    }

    /**
     * A page.
     *
     * @param cursor of the next one; empty after the last
     */
    record Messages(List<Message> messages, String cursor) {

        static Messages of(MessagePage page) {
            return new Messages(page.messages().stream().map(Message::of).toList(), page.cursor());
        }
    }

    /** A message as a listing has it, with the recipients that are not done. */
    record Message(
            String id,
            String queue,
            String transport,
            String sender,
            Instant arrival,
            long size,
            boolean forcedExpire,
            Instant due,
            boolean scheduled,
            String reason,
            String suspension,
            String server,
            List<To> recipients) {

        static Message of(ListedMessage listed) {
            QueuedMessage message = listed.message();
            return new Message(
                    message.id().asString(),
                    message.queue().asString(),
                    message.envelope().transport().asString(),
                    message.envelope().sender().asString(),
                    message.envelope().arrival(),
                    message.size(),
                    message.status().forcedExpire(),
                    message.status().due(),
                    message.status().scheduled(),
                    message.status().reason(),
                    listed.suspension().map(Suspension::asString).orElse(""),
                    listed.server().orElse(""),
                    To.open(message));
        }
    }

    /** A recipient, with the reason and status code of its last attempt. */
    record To(String address, String original, String state, String reason, String status) {

        /** As listings have them: who was tried first comes first, who was not comes last. */
        static List<To> open(QueuedMessage message) {
            Map<MailAddress, Integer> last = lastAttempts(message);
            return message.recipients().stream()
                    .filter(recipient -> recipient.state() != Recipient.State.DONE)
                    .sorted(
                            Comparator.comparing(
                                    to -> last.getOrDefault(to.address(), Integer.MAX_VALUE)))
                    .map(to -> of(message, to, last))
                    .toList();
        }

        /** In the order of the envelope. */
        static List<To> all(QueuedMessage message) {
            Map<MailAddress, Integer> last = lastAttempts(message);
            return message.recipients().stream().map(to -> of(message, to, last)).toList();
        }

        private static Map<MailAddress, Integer> lastAttempts(QueuedMessage message) {
            Map<MailAddress, Integer> last = new HashMap<>();
            for (int i = 0; i < message.history().size(); i++) {
                last.put(message.history().get(i).outcome().recipient(), i);
            }
            return last;
        }

        private static To of(QueuedMessage message, Recipient to, Map<MailAddress, Integer> last) {
            Optional<DeliveryStatus> status =
                    Optional.ofNullable(last.get(to.address()))
                            .map(message.history()::get)
                            .map(attempt -> attempt.outcome().status());
            return new To(
                    to.address().asString(),
                    message.envelope().options().of(to.address()).original(),
                    to.state().name().toLowerCase(Locale.ROOT),
                    status.map(DeliveryStatus::reason).orElse(""),
                    status.map(known -> known.code().asString()).orElse(""));
        }
    }

    /** One attempt for one recipient. */
    record Try(
            Instant time,
            String recipient,
            String outcome,
            String status,
            String reason,
            String relay,
            long milliseconds) {

        static Try of(Attempt attempt) {
            return new Try(
                    attempt.time(),
                    attempt.outcome().recipient().asString(),
                    attempt.outcome()
                            .fold(
                                    delivered -> "sent",
                                    deferred -> "deferred",
                                    bounced -> "bounced"),
                    attempt.outcome().status().code().asString(),
                    attempt.outcome().status().reason(),
                    attempt.conversation().relay(),
                    attempt.conversation().duration().toMillis());
        }
    }

    /** All that is known of a message. */
    record Details(
            Message message,
            List<To> recipients,
            List<Try> history,
            Instant created,
            Optional<Instant> expires,
            int attempts,
            int crashes,
            int priority,
            String envelopeId,
            Map<String, String> attributes,
            Explanation explanation) {

        static Details of(MessageView view) {
            QueuedMessage message = view.listed().message();
            return of(
                    message,
                    Message.of(view.listed()),
                    Optional.of(view.expires()),
                    view.explanation());
        }

        /** What is left of a damaged one, which waits for nothing. */
        static Details of(QueuedMessage damaged, String reason) {
            Explanation explanation =
                    new Explanation(
                            "in the corrupt queue",
                            reason,
                            "never: what cannot be read must not be tried",
                            List.of("export it, repair or send it by hand, and delete it"));
            return of(
                    damaged,
                    Message.of(ListedMessage.aside(damaged)),
                    Optional.empty(),
                    explanation);
        }

        private static Details of(
                QueuedMessage message,
                Message listed,
                Optional<Instant> expires,
                Explanation explanation) {
            return new Details(
                    listed,
                    To.all(message),
                    message.history().stream().map(Try::of).toList(),
                    message.envelope().created(),
                    expires,
                    message.status().attempts(),
                    message.status().crashes(),
                    message.envelope().priority(),
                    message.envelope().options().envelopeId(),
                    new TreeMap<>(message.envelope().attributes()),
                    explanation);
        }
    }

    /** What became of an action on one message. */
    record Result(String id, String outcome, String detail, String newId) {

        static Result of(ActionResult result) {
            return new Result(
                    result.id().asString(),
                    result.outcome().asString(),
                    result.detail(),
                    result.newId().map(QueueId::asString).orElse(""));
        }
    }

    /**
     * The shape of queues.
     *
     * @param minutes upper bounds of the age buckets; each row has one count more, of what is older
     */
    record Table(List<Long> minutes, Row total, List<Row> rows, Row rest) {

        static Table of(Shape shape, List<Duration> buckets) {
            return new Table(
                    buckets.stream().map(Duration::toMinutes).toList(),
                    Row.of(shape.total()),
                    shape.rows().stream().map(Row::of).toList(),
                    Row.of(shape.rest()));
        }
    }

    record Row(String name, long total, List<Long> counts) {

        static Row of(Shape.Row row) {
            return new Row(row.name(), row.total(), row.counts());
        }
    }

    /** How a destination does. */
    record Destination(
            String transport,
            String nexthop,
            String recipient,
            int window,
            int busy,
            int waiting,
            String state,
            Optional<Instant> deadUntil,
            String reason) {

        static Destination of(DestinationView view) {
            return new Destination(
                    view.destination().transport().asString(),
                    view.destination().nexthop(),
                    view.recipient(),
                    view.window(),
                    view.busy(),
                    view.waiting(),
                    view.state(),
                    view.deadUntil(),
                    view.reason());
        }
    }

    /**
     * A damaged file.
     *
     * @param envelopeReadable whether its envelope can still be shown
     * @param contentOffset where the content of the message begins in it; -1 if that cannot be told
     */
    record Corrupt(
            String name,
            long size,
            Instant modified,
            String reason,
            boolean envelopeReadable,
            long contentOffset) {

        static Corrupt of(DamagedFile file) {
            return new Corrupt(
                    file.name(),
                    file.size(),
                    file.modified(),
                    file.reason(),
                    file.readable().isPresent(),
                    file.contentOffset());
        }
    }

    /** A damaged file, and what its envelope still says. */
    record CorruptDetails(Corrupt file, Optional<Details> readable) {

        static CorruptDetails of(DamagedFile file) {
            return new CorruptDetails(
                    Corrupt.of(file),
                    file.readable().map(message -> Details.of(message, file.reason())));
        }
    }

    /**
     * Whether new mail is refused.
     *
     * @param still nothing is new and nothing in work
     */
    record Draining(boolean draining, boolean still) {}

    /** How many messages were made due. */
    record Flushed(long messages) {}
}
