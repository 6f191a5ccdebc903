/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.EnvelopeBuilder;

/**
 * Uses a store as a server does and keeps account of every promise made: before an operation it
 * notes what may now be, after it what must be. An operation that fails leaves the note of what may
 * be, and the customer goes on.
 */
final class Customer {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Path ROOT = Path.of("/var/spool/qmgr");
    static final TransportName SPOOL = new TransportName("spool");
    static final TransportName SMTP = new TransportName("smtp");

    private final FileOperations files;
    private final UpdatableTickingClock clock;
    private final List<Promise> promises = new ArrayList<>();
    private final List<Work> work = new ArrayList<>();
    private Optional<DirectoryMessageStore> store = Optional.empty();
    private final Set<Deed> done = EnumSet.noneOf(Deed.class);
    private int failures;
    private boolean intoFiles;
    private int mails;

    Customer(FileOperations files, UpdatableTickingClock clock) {
        this.files = files;
        this.clock = clock;
    }

    /** What a customer has had done. */
    enum Deed {
        ACCEPT,
        CLAIM,
        BEGIN,
        REPLACE_ENVELOPE,
        GO_ON,
        RECORD,
        REPORT,
        COMPLETE,
        DEFER,
        HOLD_AT_WORK,
        GIVE_BACK,
        HOLD,
        RELEASE,
        FLUSH,
        REMOVE
    }

    /** A lease that is open. */
    record Work(Promise promise, MessageLease lease, MessageStatus status) {}

    @FunctionalInterface
    private interface Operation {
        void run() throws MessageStoreException;
    }

    List<Promise> promises() {
        return promises;
    }

    Optional<DirectoryMessageStore> store() {
        return store;
    }

    int failures() {
        return failures;
    }

    Set<Deed> done() {
        return done;
    }

    private boolean succeeds(Operation operation) {
        try {
            operation.run();
            return true;
        } catch (MessageStoreException | UncheckedIOException e) {
            failures++;
            return false;
        }
    }

    void open() {
        succeeds(() -> store = Optional.of(DirectoryMessageStore.open(ROOT, clock, files, false)));
    }

    /** Opens a store that knows nothing yet of its deferred mail. */
    void openDeep() {
        succeeds(
                () ->
                        store =
                                Optional.of(
                                        DirectoryMessageStore.open(ROOT, clock, files, false, 0)));
    }

    /** Has it learn of all deferred mail. */
    void load() {
        store.ifPresent(open -> succeeds(open::load));
    }

    /** Leases still open are given back. */
    void close() {
        work.forEach(one -> one.promise().maybe(one.status()));
        store.ifPresent(DirectoryMessageStore::close);
        promises.forEach(Promise::stopped);
        work.forEach(one -> one.promise().now(one.status()));
        work.clear();
        store = Optional.empty();
    }

    void passes(Duration time) {
        clock.setInstant(clock.instant().plus(time));
    }

    // Mail

    /** From now on new messages are written to files at once. */
    void wantsFiles() {
        intoFiles = true;
    }

    void accept(int size) {
        accept(newMail(), size);
    }

    void acceptDelayed(Duration delay) {
        accept(newMail().notBefore(clock.instant().plus(delay)), 50);
    }

    void acceptUrgent() {
        accept(newMail().priority(Envelope.HIGHEST_PRIORITY), 50);
    }

    private EnvelopeBuilder newMail() {
        mails++;
        return mail(mails % 3 == 0 ? SMTP : SPOOL, clock.instant())
                .to("a@target.example", "b@target.example", "c@target.example")
                .attributes(Map.of("label", "mail-" + mails));
    }

    private void accept(EnvelopeBuilder builder, int size) {
        if (store.isEmpty()) {
            return;
        }
        Envelope envelope = builder.build();
        String label = envelope.attributes().get("label");
        String content = content(label, size);
        Promise promise = new Promise(label, content, envelope);
        promises.add(promise);
        succeeds(
                () -> {
                    QueueId id =
                            store.get()
                                    .accept(envelope, out -> out.write(content.getBytes(US_ASCII)));
                    promise.accepted(id);
                    done.add(Deed.ACCEPT);
                    if (intoFiles) {
                        store.get().letGo();
                    }
                });
    }

    private static String content(String label, int size) {
        return "Subject: " + label + "\r\n\r\n" + "x".repeat(size) + "\r\n";
    }

    // Consumer

    /** Claims the next message that is due. */
    void claim() {
        store.ifPresent(open -> List.of(SPOOL, SMTP).forEach(name -> claimNext(open, name)));
    }

    private void claimNext(DirectoryMessageStore open, TransportName transport) {
        ClaimWindow window = new ClaimWindow(clock.instant(), clock.instant(), false);
        succeeds(() -> open.claimNext(transport, window).ifPresent(this::note));
    }

    private void note(MessageLease lease) {
        QueuedMessage message = lease.message();
        Promise promise = promise(message);
        work.add(new Work(promise, lease, message.status()));
        done.add(Deed.CLAIM);
    }

    private Promise promise(QueuedMessage message) {
        String label = message.envelope().attributes().get("label");
        return promises.stream()
                .filter(promise -> promise.label().equals(label))
                .findAny()
                .orElseThrow(() -> new AssertionError("never handed in: " + message));
    }

    void begin(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            chosen.promise().maybe(chosen.status().crashed());
                            if (succeeds(() -> chosen.lease().begin(clock.instant()))) {
                                chosen.promise().now(chosen.status().crashed());
                                done.add(Deed.BEGIN);
                            }
                        });
    }

    void replaceEnvelope(int choice) {
        chooseWork(choice).ifPresent(this::replaceEnvelope);
    }

    private void replaceEnvelope(Work chosen) {
        Envelope changed = envelope(chosen, "other@target.example");
        Promise.Outcome outcome = chosen.promise().maybeBecomes(version -> version.with(changed));
        if (succeeds(() -> chosen.lease().replaceEnvelope(changed))) {
            outcome.happened().run();
            chosen.promise().durably();
            done.add(Deed.REPLACE_ENVELOPE);
        }
    }

    private static Envelope envelope(Work chosen, String... recipients) {
        Envelope old = chosen.lease().message().envelope();
        return new Envelope(
                SMTP,
                old.sender(),
                Stream.of(recipients).map(EnvelopeBuilder::address).toList(),
                old.arrival(),
                old.created(),
                old.notBefore(),
                old.priority(),
                old.attributes(),
                old.options());
    }

    /** For other recipients and one of the old ones, with a changed header or without. */
    void goOn(int choice) {
        chooseWork(choice)
                .filter(chosen -> chosen.lease().mayGoOn())
                .ifPresent(chosen -> goOn(chosen, choice % 3 * 100));
    }

    private void goOn(Work chosen, int headerLength) {
        Envelope made = envelope(chosen, "made@target.example", "a@target.example");
        String header = "X".repeat(headerLength);
        DerivedContent content = new DerivedContent(header.getBytes(US_ASCII), headerLength / 20);
        Promise.Outcome outcome =
                chosen.promise()
                        .maybeBecomes(
                                old -> {
                                    String rest = old.content().substring(headerLength / 20);
                                    return old.with(made, header + rest);
                                });
        MessageStatus status = MessageStatus.accepted(made);
        chosen.promise().maybe(status);
        if (succeeds(() -> chosen.lease().goOn(made, content))) {
            outcome.happened().run();
            chosen.promise().now(status);
            Work next = new Work(chosen.promise(), chosen.lease(), status);
            work.set(work.indexOf(chosen), next);
            done.add(Deed.GO_ON);
        } else {
            outcome.nothingHappened().run();
        }
    }

    /** One recipient is delivered to, one deferred, one bounces: which one, the choice says. */
    void record(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            List<Attempt> attempts = attempts(chosen, choice);
                            Promise.Outcome outcome =
                                    becomes(chosen, fates -> after(fates, attempts));
                            if (succeeds(() -> chosen.lease().record(attempts))) {
                                outcome.happened().run();
                                done.add(Deed.RECORD);
                            }
                        });
    }

    private static Promise.Outcome becomes(
            Work chosen, UnaryOperator<Map<MailAddress, State>> fates) {
        return chosen.promise().maybeBecomes(version -> version.with(fates));
    }

    private List<Attempt> attempts(Work chosen, int choice) {
        List<Attempt> attempts = new ArrayList<>();
        for (MailAddress recipient : chosen.lease().message().envelope().recipients()) {
            String code = List.of("2.0.0", "4.4.1", "5.1.1").get((choice + attempts.size()) % 3);
            attempts.add(Attempts.attempt(clock.instant(), recipient, code, "replied"));
        }
        return attempts;
    }

    private static Map<MailAddress, State> after(
            Map<MailAddress, State> fates, List<Attempt> attempts) {
        Map<MailAddress, State> after = new HashMap<>(fates);
        for (Attempt attempt : attempts) {
            MailAddress recipient = attempt.outcome().recipient();
            switch (attempt.outcome().status().code().statusClass()) {
                case EnhancedStatusCode.SUCCESS -> after.put(recipient, State.DONE);
                case EnhancedStatusCode.PERMANENT ->
                        after.putIfAbsent(recipient, State.UNDELIVERABLE);
                default -> {}
            }
        }
        return Map.copyOf(after);
    }

    void report(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            Promise.Outcome outcome = becomes(chosen, Customer::allDone);
                            if (succeeds(() -> chosen.lease().reported())) {
                                outcome.happened().run();
                                done.add(Deed.REPORT);
                            }
                        });
    }

    private static Map<MailAddress, State> allDone(Map<MailAddress, State> fates) {
        return fates.keySet().stream()
                .collect(Collectors.toUnmodifiableMap(one -> one, one -> State.DONE));
    }

    void complete(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            chosen.promise().now(Promise.Presence.OPEN);
                            if (succeeds(() -> chosen.lease().complete())) {
                                chosen.promise().now(Promise.Presence.FINISHED);
                                work.remove(chosen);
                                done.add(Deed.COMPLETE);
                            }
                        });
    }

    void defer(int choice, Duration wait) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            Instant due = clock.instant().plus(wait);
                            MessageStatus status = chosen.status().deferred(due, "try later");
                            end(Deed.DEFER, chosen, status, () -> chosen.lease().defer(status));
                        });
    }

    void reschedule(int choice, Duration wait) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            Instant due = clock.instant().plus(wait);
                            MessageStatus status = chosen.status().rescheduled(due);
                            end(Deed.DEFER, chosen, status, () -> chosen.lease().defer(status));
                        });
    }

    void holdAtWork(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen -> {
                            MessageStatus status =
                                    chosen.status().rejected(clock.instant(), "refused");
                            chosen.promise().now(Promise.Hold.OPEN);
                            if (end(
                                    Deed.HOLD_AT_WORK,
                                    chosen,
                                    status,
                                    () -> chosen.lease().hold(status))) {
                                chosen.promise().now(Promise.Hold.HELD_UNLESS_POWER_CUT);
                            }
                        });
    }

    void giveBack(int choice) {
        chooseWork(choice)
                .ifPresent(
                        chosen ->
                                end(
                                        Deed.GIVE_BACK,
                                        chosen,
                                        chosen.status(),
                                        () -> chosen.lease().giveBack()));
    }

    void giveBackAll() {
        for (int open = work.size(); open > 0; open--) {
            giveBack(0);
        }
    }

    private boolean end(Deed deed, Work chosen, MessageStatus status, Operation ending) {
        chosen.promise().maybe(status);
        boolean ended = succeeds(ending);
        if (ended) {
            chosen.promise().now(status);
            work.remove(chosen);
            done.add(deed);
        }
        return ended;
    }

    private Optional<Work> chooseWork(int choice) {
        return work.isEmpty() ? Optional.empty() : Optional.of(work.get(choice % work.size()));
    }

    // Operator

    void hold(int choice) {
        choose(choice, promise -> promise.hold() == Promise.Hold.FREE)
                .ifPresent(
                        chosen -> {
                            Promise.Hold before = chosen.hold();
                            chosen.now(Promise.Hold.OPEN);
                            act(
                                    Deed.HOLD,
                                    chosen,
                                    status -> status.because("held"),
                                    id -> store.orElseThrow().hold(id, "held"),
                                    did -> {
                                        chosen.now(did ? Promise.Hold.HELD : before);
                                        if (did) {
                                            chosen.durably();
                                        }
                                    });
                        });
    }

    void release(int choice) {
        choose(choice, promise -> promise.hold() != Promise.Hold.FREE)
                .ifPresent(
                        chosen -> {
                            Promise.Hold before = chosen.hold();
                            chosen.now(Promise.Hold.OPEN);
                            act(
                                    Deed.RELEASE,
                                    chosen,
                                    MessageStatus::pardoned,
                                    id -> store.orElseThrow().release(id),
                                    did -> chosen.now(did ? Promise.Hold.FREE : before));
                        });
    }

    void flush(int choice) {
        choose(choice, promise -> true)
                .ifPresent(
                        chosen ->
                                act(
                                        Deed.FLUSH,
                                        chosen,
                                        status -> status.flushed(clock.instant()),
                                        id -> store.orElseThrow().flush(id, clock.instant()),
                                        did -> {}));
    }

    void remove(int choice) {
        choose(choice, promise -> true)
                .ifPresent(
                        chosen -> {
                            Promise.Presence before = chosen.presence();
                            chosen.now(Promise.Presence.OPEN);
                            act(
                                    Deed.REMOVE,
                                    chosen,
                                    status -> status,
                                    id -> store.orElseThrow().remove(id),
                                    did -> chosen.now(did ? Promise.Presence.GONE : before));
                        });
    }

    @FunctionalInterface
    private interface OperatorAction {
        OperatorResult on(QueueId id) throws MessageStoreException;
    }

    @FunctionalInterface
    private interface Answer {
        void was(boolean did);
    }

    private void act(
            Deed deed,
            Promise promise,
            UnaryOperator<MessageStatus> change,
            OperatorAction action,
            Answer answer) {
        promise.maybeChanged(change);
        succeeds(
                () -> {
                    OperatorResult result = action.on(promise.id().orElseThrow());
                    answer.was(result == OperatorResult.DONE);
                    if (result == OperatorResult.DONE) {
                        done.add(deed);
                    }
                });
    }

    private Optional<Promise> choose(int choice, Predicate<Promise> suitable) {
        List<Promise> candidates =
                promises.stream()
                        .filter(promise -> promise.presence() == Promise.Presence.CERTAIN)
                        .filter(suitable)
                        .toList();
        return store.isEmpty() || candidates.isEmpty()
                ? Optional.empty()
                : Optional.of(candidates.get(choice % candidates.size()));
    }

    /** Looks at everything, as a listing does. */
    void look() {
        store.ifPresent(
                open ->
                        succeeds(
                                () -> {
                                    for (TransportName transport : open.transports()) {
                                        open.list(transport).forEach(this::promise);
                                    }
                                }));
    }
}
