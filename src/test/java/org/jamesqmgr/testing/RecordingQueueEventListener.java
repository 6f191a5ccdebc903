/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStoreException;

/** Remembers what became of messages, in order. Safe for use by any thread. */
public final class RecordingQueueEventListener implements QueueEventListener {

    /**
     * What happened to one message.
     *
     * @param name of the method that was called
     */
    public record Event(String name, QueueId id, String reason) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<StoreTrouble> failures = new CopyOnWriteArrayList<>();
    private final List<StoreTrouble> recoveries = new CopyOnWriteArrayList<>();
    private final List<Duration> jumps = new CopyOnWriteArrayList<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> discarded = new CopyOnWriteArrayList<>();

    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The names of the events of one message. */
    public List<String> eventsOf(QueueId id) {
        return events.stream().filter(event -> event.id().equals(id)).map(Event::name).toList();
    }

    /** The reports that were made: of which message, for whom, of what, and the id of the report. */
    public List<String> reports() {
        return List.copyOf(reports);
    }

    /** Recipients whose mail was thrown away. */
    public List<String> discarded() {
        return List.copyOf(discarded);
    }

    public List<StoreTrouble> failures() {
        return List.copyOf(failures);
    }

    public List<StoreTrouble> recoveries() {
        return List.copyOf(recoveries);
    }

    public List<Duration> jumps() {
        return List.copyOf(jumps);
    }

    @Override
    public void accepted(QueueId id, Envelope envelope, Provenance provenance) {
        add("accepted", id, "");
    }

    @Override
    public void claimed(QueuedMessage message) {
        add("claimed", message.id(), "");
    }

    @Override
    public void attempted(
            QueuedMessage message,
            TransportName transport,
            Instant activated,
            Attempt attempt,
            boolean softBounce) {
        add("attempted", message.id(), attempt.outcome().status().reason());
    }

    @Override
    public void expired(QueuedMessage message) {
        add("expired", message.id(), "");
    }

    @Override
    public void reported(QueueId message, Provenance.Reporting what, QueueId report) {
        add("reported", message, "");
        String of = what.audience() + " " + what.kind();
        reports.add(message + " " + of.toLowerCase(Locale.ROOT) + " " + report);
    }

    @Override
    public void notReported(QueueId message, String why) {
        add("notReported", message, why);
    }

    @Override
    public void discarded(Envelope envelope, MailAddress recipient) {
        discarded.add(recipient.asString());
    }

    @Override
    public void done(QueuedMessage message) {
        add("done", message.id(), "");
    }

    @Override
    public void deferred(QueuedMessage message, MessageStatus status) {
        add("deferred", message.id(), status.reason());
    }

    @Override
    public void rejected(QueuedMessage message, MessageStatus status) {
        add("rejected", message.id(), status.reason());
    }

    @Override
    public void held(QueuedMessage message, String reason) {
        add("held", message.id(), reason);
    }

    @Override
    public void deleted(QueueId id) {
        add("deleted", id, "");
    }

    @Override
    public void released(QueueId id) {
        add("released", id, "");
    }

    @Override
    public void requeued(QueueId id, QueueId now) {
        add("requeued", id, now.asString());
    }

    @Override
    public void forcedToExpire(QueueId id) {
        add("forcedToExpire", id, "");
    }

    @Override
    public void givenBack(QueuedMessage message, String reason) {
        add("givenBack", message.id(), reason);
    }

    @Override
    public void endingFailed(QueuedMessage message, String ending, MessageStoreException cause) {
        add("endingFailed", message.id(), ending);
    }

    @Override
    public void suspect(QueuedMessage message) {
        add("suspect", message.id(), "");
    }

    @Override
    public void corrupt(QueueId id, String reason) {
        add("corrupt", id, reason);
    }

    @Override
    public void storeFailed(StoreTrouble trouble) {
        failures.add(trouble);
    }

    @Override
    public void storeRecovered(StoreTrouble trouble, Duration lasted) {
        recoveries.add(trouble);
    }

    @Override
    public void clockJumped(Duration jump) {
        jumps.add(jump);
    }

    private void add(String name, QueueId id, String reason) {
        events.add(new Event(name, id, reason));
    }
}
