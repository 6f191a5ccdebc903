/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jamesqmgr.admin.jmx.ActionPage;
import org.jamesqmgr.admin.jmx.ActionRow;
import org.jamesqmgr.admin.jmx.AttemptRow;
import org.jamesqmgr.admin.jmx.CorruptFileRow;
import org.jamesqmgr.admin.jmx.DestinationRow;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.MessagePage;
import org.jamesqmgr.admin.jmx.MessageRow;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.QueueTotalRow;
import org.jamesqmgr.admin.jmx.RecipientRow;
import org.jamesqmgr.admin.jmx.Selection;
import org.jamesqmgr.admin.jmx.ShapeRow;
import org.jamesqmgr.admin.jmx.ShapeTable;

/** The queue manager's bean over messages in memory, with small pages. */
final class FakeQueueManager implements QueueManagerMXBean {

    private static final int PAGE = 2;

    final Map<String, FakeMail> mails = new LinkedHashMap<>();
    final Map<String, byte[]> corrupt = new TreeMap<>();
    final List<String> calls = new ArrayList<>();
    final TreeSet<String> suspensions = new TreeSet<>();
    String busy = "";
    int largestRequest;
    boolean draining;
    int stillAfter;

    /** A message; its queue changes. */
    static final class FakeMail implements MessageRow {
        final String id;
        final String sender;
        final long arrival;
        final long size;
        final List<To> recipients;
        String queue;
        boolean expired;
        String suspension = "";
        String reason = "";
        String server = "";
        String content = "Subject: x\r\n\r\nHello\r\n";
        Map<String, String> attributes = new TreeMap<>();

        FakeMail(
                String id, String queue, long arrival, long size, String sender, To... recipients) {
            this.id = id;
            this.queue = queue;
            this.arrival = arrival;
            this.size = size;
            this.sender = sender;
            this.recipients = List.of(recipients);
        }

        @Override
        public String getId() {
            return id;
        }

        @Override
        public String getQueue() {
            return queue;
        }

        @Override
        public String getTransport() {
            return "smtp";
        }

        @Override
        public String getSender() {
            return sender;
        }

        @Override
        public long getArrival() {
            return arrival;
        }

        @Override
        public long getSize() {
            return size;
        }

        @Override
        public boolean isForcedExpire() {
            return expired;
        }

        @Override
        public long getDue() {
            return arrival + 300_000;
        }

        @Override
        public boolean isScheduled() {
            return false;
        }

        @Override
        public String getReason() {
            return reason;
        }

        @Override
        public String getSuspension() {
            return suspension;
        }

        @Override
        public String getServer() {
            return server;
        }

        @Override
        public List<RecipientRow> getRecipients() {
            return recipients.stream()
                    .filter(to -> !to.state.equals("done"))
                    .map(RecipientRow.class::cast)
                    .toList();
        }
    }

    /** All that is known of one message, also of recipients that are done. */
    private record Details(FakeMail mail) implements MessageDetails {
        @Override
        public MessageRow getMessage() {
            return mail;
        }

        @Override
        public List<RecipientRow> getRecipients() {
            return List.copyOf(mail.recipients);
        }

        @Override
        public List<AttemptRow> getHistory() {
            return List.of();
        }

        @Override
        public long getCreated() {
            return mail.arrival;
        }

        @Override
        public int getAttempts() {
            return 1;
        }

        @Override
        public int getCrashes() {
            return 0;
        }

        @Override
        public int getPriority() {
            return 5;
        }

        @Override
        public long getExpires() {
            return mail.arrival + 432_000_000;
        }

        @Override
        public String getEnvelopeId() {
            return "";
        }

        @Override
        public Map<String, String> getAttributes() {
            return mail.attributes;
        }

        @Override
        public String getWhere() {
            return "in the " + mail.queue + " queue";
        }

        @Override
        public String getWhy() {
            return "because";
        }

        @Override
        public String getNext() {
            return "soon";
        }

        @Override
        public List<String> getChanges() {
            return List.of("postqueue -i " + mail.id);
        }
    }

    /** A recipient. */
    static final class To implements RecipientRow {
        final String address;
        final String state;
        final String reason;

        To(String address, String state, String reason) {
            this.address = address;
            this.state = state;
            this.reason = reason;
        }

        static To pending(String address, String reason) {
            return new To(address, "pending", reason);
        }

        @Override
        public String getAddress() {
            return address;
        }

        @Override
        public String getOriginal() {
            return "";
        }

        @Override
        public String getState() {
            return state;
        }

        @Override
        public String getReason() {
            return reason;
        }

        @Override
        public String getStatus() {
            return reason.isEmpty() ? "" : "4.0.0";
        }
    }

    private record Messages(List<MessageRow> messages, String cursor) implements MessagePage {
        @Override
        public List<MessageRow> getMessages() {
            return messages;
        }

        @Override
        public String getCursor() {
            return cursor;
        }
    }

    private record Actions(List<ActionRow> results, String cursor) implements ActionPage {
        @Override
        public List<ActionRow> getResults() {
            return results;
        }

        @Override
        public String getCursor() {
            return cursor;
        }
    }

    private record Action(String id, String outcome, String detail) implements ActionRow {
        @Override
        public String getId() {
            return id;
        }

        @Override
        public String getOutcome() {
            return outcome;
        }

        @Override
        public String getDetail() {
            return detail;
        }

        @Override
        public String getNewId() {
            return "";
        }
    }

    private record Row(String name, long total, List<Long> counts) implements ShapeRow {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public long getTotal() {
            return total;
        }

        @Override
        public List<Long> getCounts() {
            return counts;
        }
    }

    private record Table(ShapeRow total, List<ShapeRow> rows, ShapeRow rest) implements ShapeTable {
        @Override
        public ShapeRow getTotal() {
            return total;
        }

        @Override
        public List<ShapeRow> getRows() {
            return rows;
        }

        @Override
        public ShapeRow getRest() {
            return rest;
        }
    }

    private record Damaged(String name, long size) implements CorruptFileRow {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public long getSize() {
            return size;
        }

        @Override
        public long getModified() {
            return 0;
        }

        @Override
        public String getReason() {
            return "the checksum of the content is wrong";
        }

        @Override
        public boolean isEnvelopeReadable() {
            return false;
        }

        @Override
        public long getContentOffset() {
            return -1;
        }
    }

    void add(FakeMail mail) {
        mails.put(mail.id, mail);
    }

    private List<FakeMail> selected(Selection selection) {
        if (selection.getIds() != null) {
            largestRequest = Math.max(largestRequest, selection.getIds().size());
        }
        Predicate<FakeMail> in =
                mail -> selection.getQueues() == null || selection.getQueues().contains(mail.queue);
        Predicate<FakeMail> from =
                mail -> selection.getSender() == null || mail.sender.equals(selection.getSender());
        if (selection.getIds() == null) {
            return mails.values().stream().filter(in.and(from)).toList();
        }
        return selection.getIds().stream()
                .filter(mails::containsKey)
                .map(mails::get)
                .filter(in.and(from))
                .toList();
    }

    @Override
    public MessagePage list(Selection selection, String cursor, int limit) {
        List<MessageRow> all = new ArrayList<>(selected(selection));
        int from = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
        int to = Math.min(all.size(), from + PAGE);
        String next = to < all.size() ? Integer.toString(to) : "";
        return new Messages(List.copyOf(all.subList(from, to)), next);
    }

    @Override
    public MessageDetails show(String id) {
        return mails.containsKey(id) ? new Details(mails.get(id)) : null;
    }

    @Override
    public byte[] content(String id, long offset, int length) {
        byte[] all = mails.get(id).content.getBytes(StandardCharsets.UTF_8);
        int from = (int) Math.min(offset, all.length);
        return Arrays.copyOfRange(all, from, Math.min(all.length, from + length));
    }

    private ActionPage act(String name, Selection selection, Predicate<FakeMail> action) {
        calls.add(name);
        List<ActionRow> rows = new ArrayList<>();
        for (FakeMail mail : selected(selection)) {
            String outcome = action.test(mail) ? "done" : "already";
            rows.add(
                    mail.id.equals(busy)
                            ? new Action(mail.id, "busy", "it is being delivered")
                            : new Action(mail.id, outcome, ""));
        }
        return new Actions(rows, "");
    }

    @Override
    public ActionPage delete(Selection selection, String cursor) {
        return act("delete", selection, mail -> mails.remove(mail.id) != null);
    }

    @Override
    public ActionPage hold(Selection selection, String cursor) {
        return act("hold", selection, mail -> moved(mail, "hold"));
    }

    @Override
    public ActionPage release(Selection selection, String cursor) {
        return act("release", selection, mail -> moved(mail, "deferred"));
    }

    private static boolean moved(FakeMail mail, String queue) {
        boolean moves = !mail.queue.equals(queue);
        mail.queue = queue;
        return moves;
    }

    @Override
    public ActionPage requeue(Selection selection, String cursor) {
        return act("requeue", selection, mail -> true);
    }

    @Override
    public ActionPage expire(Selection selection, String cursor) {
        return act(
                "expire",
                selection,
                mail -> {
                    boolean was = mail.expired;
                    mail.expired = true;
                    return !was;
                });
    }

    @Override
    public long flush() {
        calls.add("flush");
        return 0;
    }

    @Override
    public long flushSite(String domain) {
        calls.add("flushSite " + domain);
        return 0;
    }

    @Override
    public void flushMessage(String id) {
        calls.add("flushMessage " + id);
    }

    @Override
    public ActionPage flushMessages(Selection selection, String cursor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CorruptFileRow> listCorrupt() {
        List<CorruptFileRow> rows = new ArrayList<>();
        corrupt.forEach((name, bytes) -> rows.add(new Damaged(name, bytes.length)));
        return rows;
    }

    @Override
    public MessageDetails showCorrupt(String name) {
        return null;
    }

    @Override
    public byte[] corruptContent(String name, long offset, int length) {
        byte[] all = corrupt.get(name);
        int from = (int) Math.min(offset, all.length);
        return Arrays.copyOfRange(all, from, Math.min(all.length, from + length));
    }

    @Override
    public boolean deleteCorrupt(String name) {
        return corrupt.remove(name) != null;
    }

    @Override
    public void suspend(String what) {
        if (!what.contains(":")) {
            throw new IllegalArgumentException("not to be suspended: " + what);
        }
        suspensions.add(what);
    }

    @Override
    public boolean resume(String what) {
        return suspensions.remove(what);
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public void endDrain() {
        draining = false;
    }

    @Override
    public ShapeTable shape(List<String> queues, String by, List<Long> minutes, int rows) {
        Map<String, Long> names = new LinkedHashMap<>();
        for (FakeMail mail : mails.values()) {
            if (queues.contains(mail.queue)) {
                names(mail, by).forEach(name -> names.merge(name, 1L, Long::sum));
            }
        }
        long total = names.values().stream().mapToLong(Long::longValue).sum();
        List<ShapeRow> sorted = new ArrayList<>();
        names.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> sorted.add(row(entry.getKey(), entry.getValue(), minutes)));
        return new Table(row("TOTAL", total, minutes), sorted, row("", 0, minutes));
    }

    private static Stream<String> names(FakeMail mail, String by) {
        return switch (by) {
            case "sender" -> Stream.of(domain(mail.sender));
            case "recipient" -> mail.getRecipients().stream().map(to -> domain(to.getAddress()));
            case "reason" -> mail.getRecipients().stream().map(RecipientRow::getReason);
            default -> throw new IllegalArgumentException(by);
        };
    }

    private static String domain(String address) {
        return address.isEmpty() ? "MAILER-DAEMON" : address.replaceFirst(".*@", "");
    }

    private static ShapeRow row(String domain, long total, List<Long> minutes) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i <= minutes.size(); i++) {
            counts.add(i == 0 ? total : 0);
        }
        return new Row(domain, total, counts);
    }

    @Override
    public List<DestinationRow> destinations() {
        return List.of();
    }

    @Override
    public void reload() {
        throw new IllegalStateException("conf/qmgr.xml line 3: <qmgr>: unknown");
    }

    private long count(String queue) {
        return mails.values().stream().filter(mail -> mail.queue.equals(queue)).count();
    }

    @Override
    public long getIncomingCount() {
        return count("incoming");
    }

    @Override
    public long getActiveCount() {
        return count("active");
    }

    @Override
    public long getDeferredCount() {
        return count("deferred");
    }

    @Override
    public long getHoldCount() {
        return count("hold");
    }

    @Override
    public long getCorruptCount() {
        return corrupt.size();
    }

    @Override
    public Map<String, Long> getTransportCounts() {
        return Map.of();
    }

    @Override
    public Map<String, Integer> getInWork() {
        return Map.of();
    }

    @Override
    public String getStoreTrouble() {
        return "";
    }

    @Override
    public List<String> getSuspensions() {
        return List.copyOf(suspensions);
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public boolean isStill() {
        stillAfter--;
        return stillAfter < 0;
    }

    @Override
    public List<QueueTotalRow> totals() {
        return List.of();
    }
}
