/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.admin.ActionPage;
import org.jamesqmgr.admin.ActionResult;
import org.jamesqmgr.admin.DestinationView;
import org.jamesqmgr.admin.Explanation;
import org.jamesqmgr.admin.ListedMessage;
import org.jamesqmgr.admin.MessageView;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.QueueTotal;

/** What the bean gives to its clients. Text is never null. */
final class Rows {

    private Rows() {}

    private static long millis(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException e) {
            return time.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("");
    }

    record Messages(List<MessageRow> messages, String cursor) implements MessagePage {

        static Messages of(org.jamesqmgr.admin.MessagePage page) {
            List<MessageRow> rows = new ArrayList<>();
            page.messages().forEach(listed -> rows.add(Message.of(listed)));
            return new Messages(rows, page.cursor());
        }

        @Override
        public List<MessageRow> getMessages() {
            return messages;
        }

        @Override
        public String getCursor() {
            return cursor;
        }
    }

    record Message(ListedMessage listed, List<RecipientRow> open) implements MessageRow {

        static Message of(ListedMessage listed) {
            return new Message(listed, openRecipients(listed.message()));
        }

        private QueuedMessage message() {
            return listed.message();
        }

        @Override
        public String getId() {
            return message().id().asString();
        }

        @Override
        public String getQueue() {
            return message().queue().asString();
        }

        @Override
        public String getTransport() {
            return message().envelope().transport().asString();
        }

        @Override
        public String getSender() {
            return message().envelope().sender().asString("");
        }

        @Override
        public long getArrival() {
            return millis(message().envelope().arrival());
        }

        @Override
        public long getSize() {
            return message().size();
        }

        @Override
        public boolean isForcedExpire() {
            return message().status().forcedExpire();
        }

        @Override
        public long getDue() {
            return millis(message().status().due());
        }

        @Override
        public boolean isScheduled() {
            return message().status().scheduled();
        }

        @Override
        public String getReason() {
            return message().status().reason();
        }

        @Override
        public String getSuspension() {
            return text(listed.suspension());
        }

        @Override
        public String getServer() {
            return text(listed.server());
        }

        @Override
        public List<RecipientRow> getRecipients() {
            return open;
        }
    }

    /** As Postfix's logs have them: who was tried first comes first, who was not comes last. */
    private static List<RecipientRow> openRecipients(QueuedMessage message) {
        Map<MailAddress, Integer> last = new HashMap<>();
        for (int i = 0; i < message.history().size(); i++) {
            last.put(message.history().get(i).outcome().recipient(), i);
        }
        List<RecipientRow> open = new ArrayList<>();
        message.recipients().stream()
                .filter(recipient -> recipient.state() != Recipient.State.DONE)
                .sorted(
                        Comparator.comparing(
                                to -> last.getOrDefault(to.address(), Integer.MAX_VALUE)))
                .forEach(to -> open.add(row(message, to, last)));
        return open;
    }

    private static List<RecipientRow> allRecipients(QueuedMessage message) {
        Map<MailAddress, Integer> last = new HashMap<>();
        for (int i = 0; i < message.history().size(); i++) {
            last.put(message.history().get(i).outcome().recipient(), i);
        }
        List<RecipientRow> all = new ArrayList<>();
        message.recipients().forEach(to -> all.add(row(message, to, last)));
        return all;
    }

    private static RecipientRow row(
            QueuedMessage message, Recipient to, Map<MailAddress, Integer> last) {
        Optional<DeliveryStatus> status =
                Optional.ofNullable(last.get(to.address()))
                        .map(message.history()::get)
                        .map(attempt -> attempt.outcome().status());
        String original = message.envelope().options().of(to.address()).original();
        return new Addressee(to, original, status);
    }

    record Addressee(Recipient recipient, String original, Optional<DeliveryStatus> status)
            implements RecipientRow {

        @Override
        public String getAddress() {
            return recipient.address().asString();
        }

        @Override
        public String getOriginal() {
            return original;
        }

        @Override
        public String getState() {
            return recipient.state().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String getReason() {
            return text(status.map(DeliveryStatus::reason));
        }

        @Override
        public String getStatus() {
            return text(status.map(known -> known.code().asString()));
        }
    }

    record Try(Attempt attempt) implements AttemptRow {

        @Override
        public long getTime() {
            return millis(attempt.time());
        }

        @Override
        public String getRecipient() {
            return attempt.outcome().recipient().asString();
        }

        @Override
        public String getOutcome() {
            return attempt.outcome()
                    .fold(delivered -> "sent", deferred -> "deferred", bounced -> "bounced");
        }

        @Override
        public String getStatus() {
            return attempt.outcome().status().code().asString();
        }

        @Override
        public String getReason() {
            return attempt.outcome().status().reason();
        }

        @Override
        public String getRelay() {
            return attempt.conversation().relay();
        }

        @Override
        public long getDuration() {
            return attempt.conversation().duration().toMillis();
        }
    }

    record Details(ListedMessage listed, long expires, Explanation explanation)
            implements MessageDetails {

        static Details of(MessageView view) {
            return new Details(view.listed(), millis(view.expires()), view.explanation());
        }

        private QueuedMessage message() {
            return listed.message();
        }

        /** What is left of a damaged one, which waits for nothing. */
        static Details of(QueuedMessage damaged, String reason) {
            Explanation explanation =
                    new Explanation(
                            "in the corrupt queue",
                            reason,
                            "never: what cannot be read must not be tried",
                            List.of("export it, repair or send it by hand, and delete it"));
            return new Details(ListedMessage.aside(damaged), 0, explanation);
        }

        @Override
        public MessageRow getMessage() {
            return Message.of(listed);
        }

        @Override
        public List<RecipientRow> getRecipients() {
            return allRecipients(message());
        }

        @Override
        public List<AttemptRow> getHistory() {
            List<AttemptRow> rows = new ArrayList<>();
            message().history().forEach(attempt -> rows.add(new Try(attempt)));
            return rows;
        }

        @Override
        public long getCreated() {
            return millis(message().envelope().created());
        }

        @Override
        public int getAttempts() {
            return message().status().attempts();
        }

        @Override
        public int getCrashes() {
            return message().status().crashes();
        }

        @Override
        public int getPriority() {
            return message().envelope().priority();
        }

        @Override
        public long getExpires() {
            return expires;
        }

        @Override
        public String getEnvelopeId() {
            return message().envelope().options().envelopeId();
        }

        @Override
        public Map<String, String> getAttributes() {
            return message().envelope().attributes();
        }

        @Override
        public String getWhere() {
            return explanation.where();
        }

        @Override
        public String getWhy() {
            return explanation.why();
        }

        @Override
        public String getNext() {
            return explanation.next();
        }

        @Override
        public List<String> getChanges() {
            return explanation.changes();
        }
    }

    record Actions(List<ActionRow> results, String cursor)
            implements org.jamesqmgr.admin.jmx.ActionPage {

        static Actions of(ActionPage page) {
            List<ActionRow> rows = new ArrayList<>();
            page.results().forEach(result -> rows.add(new Result(result)));
            return new Actions(rows, page.cursor());
        }

        @Override
        public List<ActionRow> getResults() {
            return results;
        }

        @Override
        public String getCursor() {
            return cursor;
        }
    }

    record Result(ActionResult result) implements ActionRow {

        @Override
        public String getId() {
            return result.id().asString();
        }

        @Override
        public String getOutcome() {
            return result.outcome().asString();
        }

        @Override
        public String getDetail() {
            return result.detail();
        }

        @Override
        public String getNewId() {
            return text(result.newId().map(QueueId::asString));
        }
    }

    record Corrupt(DamagedFile file) implements CorruptFileRow {

        @Override
        public String getName() {
            return file.name();
        }

        @Override
        public long getSize() {
            return file.size();
        }

        @Override
        public long getModified() {
            return millis(file.modified());
        }

        @Override
        public String getReason() {
            return file.reason();
        }

        @Override
        public boolean isEnvelopeReadable() {
            return file.readable().isPresent();
        }

        @Override
        public long getContentOffset() {
            return file.contentOffset();
        }
    }

    record Destinations(DestinationView view) implements DestinationRow {

        @Override
        public String getTransport() {
            return view.destination().transport().asString();
        }

        @Override
        public String getNexthop() {
            return view.destination().nexthop();
        }

        @Override
        public String getRecipient() {
            return view.recipient();
        }

        @Override
        public int getWindow() {
            return view.window();
        }

        @Override
        public int getBusy() {
            return view.busy();
        }

        @Override
        public int getWaiting() {
            return view.waiting();
        }

        @Override
        public String getState() {
            return view.state();
        }

        @Override
        public long getDeadUntil() {
            return view.deadUntil().map(Rows::millis).orElse(0L);
        }

        @Override
        public String getReason() {
            return view.reason();
        }
    }

    record Total(QueueTotal total) implements QueueTotalRow {

        @Override
        public String getTransport() {
            return total.transport().asString();
        }

        @Override
        public String getQueue() {
            return total.queue().asString();
        }

        @Override
        public long getMessages() {
            return total.messages();
        }

        @Override
        public long getBytes() {
            return total.bytes();
        }

        @Override
        public long getOldest() {
            return millis(total.oldest());
        }
    }

    record Table(Shape shape) implements ShapeTable {

        @Override
        public ShapeRow getTotal() {
            return new Line(shape.total());
        }

        @Override
        public List<ShapeRow> getRows() {
            List<ShapeRow> rows = new ArrayList<>();
            shape.rows().forEach(row -> rows.add(new Line(row)));
            return rows;
        }

        @Override
        public ShapeRow getRest() {
            return new Line(shape.rest());
        }
    }

    record Line(Shape.Row row) implements ShapeRow {

        @Override
        public String getName() {
            return row.name();
        }

        @Override
        public long getTotal() {
            return row.total();
        }

        @Override
        public List<Long> getCounts() {
            return row.counts();
        }
    }
}
