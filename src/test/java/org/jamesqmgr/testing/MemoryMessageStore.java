/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import com.google.common.io.ByteSource;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.Sameness;
import org.jamesqmgr.store.StoreListener;

/**
 * The message store's twin for tests: a map of immutable entries behind one lock, every question
 * answered by looking at all of them. A restart is played: {@link #afterKill} and {@link
 * #afterClose} give the store that the next start would find.
 */
public final class MemoryMessageStore implements MessageStore {

    private final Clock clock;
    private final QueueIdSequence ids;

    @GuardedBy("this")
    private final Map<QueueId, MemoryEntry> entries = new TreeMap<>();

    @GuardedBy("this")
    private boolean open = true;

    private volatile List<String> orders = List.of();

    private volatile StoreListener listener = StoreListener.NONE;

    public MemoryMessageStore(Clock clock) {
        this(clock, List.of());
    }

    private MemoryMessageStore(Clock clock, Collection<MemoryEntry> found) {
        this.clock = clock;
        this.ids = new QueueIdSequence(clock);
        found.forEach(entry -> entries.put(entry.id(), entry));
    }

    /** As after {@code kill -9} and a new start: leases are lost, and who was worked on is blamed. */
    public synchronized MemoryMessageStore afterKill() {
        open = false;
        changeAll(QueueName.ACTIVE, MemoryEntry::lostByCrash);
        MemoryMessageStore next = new MemoryMessageStore(clock, entries.values());
        next.orders = orders;
        return next;
    }

    /** As after a clean stop and a new start. */
    public synchronized MemoryMessageStore afterClose() {
        close();
        return afterKill();
    }

    /** Spoils a message. Nobody is told: whoever reads it next will find out. */
    public synchronized void damage(QueueId id) {
        entries.computeIfPresent(id, (key, entry) -> entry.spoiled());
    }

    @Override
    public void listen(StoreListener newListener) {
        listener = newListener;
    }

    @Override
    public QueueId accept(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(bytes);
        } catch (IOException e) {
            throw new MessageStoreException("the content could not be taken", e);
        }
        QueueId id = ids.next();
        safe.accepted(id);
        put(MemoryEntry.accepted(id, envelope, ByteSource.wrap(bytes.toByteArray())));
        listener.available(envelope.transport());
        return id;
    }

    @Override
    public boolean adopt(QueuedMessage message, Content content) throws MessageStoreException {
        boolean here = take(Sameness.adopted(message), bytes(content));
        listener.available(message.envelope().transport());
        return here;
    }

    private static ByteSource bytes(Content content) throws MessageStoreException {
        try (InputStream in = content.open()) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length != content.size()) {
                throw new MessageStoreException("the content has " + bytes.length + " bytes");
            }
            return ByteSource.wrap(bytes);
        } catch (IOException e) {
            throw new MessageStoreException("the content could not be taken", e);
        }
    }

    private synchronized boolean take(QueuedMessage message, ByteSource content)
            throws MessageStoreException {
        requireOpen();
        MemoryEntry adopted = MemoryEntry.adopted(message, content);
        MemoryEntry here = entries.putIfAbsent(message.id(), adopted);
        return here == null || same(here, adopted);
    }

    private static boolean same(MemoryEntry one, MemoryEntry other) {
        try {
            return Sameness.of(one.message(), other.message())
                    && one.content().contentEquals(other.content());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<QueuedMessage> examine(QueueId id) {
        return find(id).filter(
                        message ->
                                message.queue() != QueueName.ACTIVE
                                        && message.queue() != QueueName.CORRUPT);
    }

    @Override
    public Optional<MessageLease> claimNext(TransportName transport, ClaimWindow window)
            throws MessageStoreException {
        Optional<QueueId> next = next(transport, window);
        while (next.isPresent()) {
            Optional<MessageLease> lease = claim(next.get(), false);
            if (lease.isPresent()) {
                return lease;
            }
            next = next(transport, window);
        }
        return Optional.empty();
    }

    @Override
    public Optional<MessageLease> claim(QueueId id) throws MessageStoreException {
        boolean early = entry(id).filter(this::waits).isPresent();
        return claim(id, early);
    }

    private boolean waits(MemoryEntry entry) {
        return entry.waitsLongerThan(clock.instant());
    }

    private Optional<MessageLease> claim(QueueId id, boolean early) throws MessageStoreException {
        setAsideIfDamaged(id);
        return change(id, MemoryEntry::waits, MemoryEntry::claimed)
                .map(entry -> new Lease(entry, early));
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) {
        setAsideIfDamaged(id);
        return entry(id).map(MemoryEntry::message);
    }

    @Override
    public Content content(QueuedMessage message) {
        return new EntryContent(message.id(), message.size());
    }

    @Override
    public Stream<QueuedMessage> list(TransportName transport) {
        return listedIds(transport).stream()
                .map(this::find)
                .flatMap(Optional::stream)
                .filter(message -> message.queue() != QueueName.CORRUPT);
    }

    @Override
    public long count(TransportName transport) {
        return select(entry -> entry.isOf(transport)).count();
    }

    @Override
    public Map<QueueName, Long> counts() {
        Map<QueueName, Long> counts = new EnumMap<>(QueueName.class);
        for (QueueName queue : QueueName.values()) {
            counts.put(queue, select(entry -> entry.isIn(queue)).count());
        }
        return counts;
    }

    @Override
    public Set<TransportName> transports() {
        return select(entry -> !entry.isIn(QueueName.CORRUPT))
                .map(entry -> entry.envelope().transport())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<Instant> nextScheduled() {
        Instant now = clock.instant();
        return select(MemoryEntry::isScheduled)
                .map(entry -> entry.status().due())
                .filter(due -> due.isAfter(now))
                .min(Comparator.naturalOrder());
    }

    @Override
    public List<QueuedMessage> suspects() {
        return select(MemoryEntry::isSuspect).map(MemoryEntry::message).toList();
    }

    @Override
    public synchronized OperatorResult remove(QueueId id) throws MessageStoreException {
        requireOpen();
        if (entry(id).filter(entry -> !entry.isIn(QueueName.ACTIVE)).isEmpty()) {
            return refusal(id);
        }
        entries.remove(id);
        return OperatorResult.DONE;
    }

    @Override
    public OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return changeAndTell(id, MemoryEntry::waits, entry -> entry.flushed(now));
    }

    @Override
    public OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return change(id, MemoryEntry::waits, entry -> entry.held(entry.status().because(reason)))
                .map(entry -> OperatorResult.DONE)
                .orElseGet(() -> refusal(id));
    }

    @Override
    public OperatorResult release(QueueId id) throws MessageStoreException {
        return changeAndTell(id, entry -> entry.isIn(QueueName.HOLD), MemoryEntry::released);
    }

    @Override
    public OperatorResult expire(QueueId id) throws MessageStoreException {
        return change(
                        id,
                        entry -> entry.waits() || entry.isIn(QueueName.HOLD),
                        MemoryEntry::expiring)
                .map(entry -> OperatorResult.DONE)
                .orElseGet(() -> refusal(id));
    }

    @Override
    public Set<QueueId> removeTogether(Collection<QueueId> ids) throws MessageStoreException {
        return everyOther(ids, this::remove);
    }

    @Override
    public Set<QueueId> flushTogether(Collection<QueueId> ids, Instant now)
            throws MessageStoreException {
        return everyOther(ids, id -> flush(id, now));
    }

    @Override
    public Set<QueueId> holdTogether(Collection<QueueId> ids, String reason)
            throws MessageStoreException {
        return everyOther(ids, id -> hold(id, reason));
    }

    @Override
    public Set<QueueId> releaseTogether(Collection<QueueId> ids) throws MessageStoreException {
        return everyOther(ids, this::release);
    }

    @Override
    public Set<QueueId> expireTogether(Collection<QueueId> ids) throws MessageStoreException {
        return everyOther(ids, this::expire);
    }

    @FunctionalInterface
    private interface One {
        OperatorResult on(QueueId id) throws MessageStoreException;
    }

    /** As a store may: who asked for all of them has the others left to do. */
    private static Set<QueueId> everyOther(Collection<QueueId> ids, One action)
            throws MessageStoreException {
        Set<QueueId> done = new HashSet<>();
        boolean next = true;
        for (QueueId id : ids) {
            if (next && action.on(id) == OperatorResult.DONE) {
                done.add(id);
            }
            next = !next;
        }
        return done;
    }

    @Override
    public List<DamagedFile> damaged() {
        return select(entry -> entry.isIn(QueueName.CORRUPT))
                .map(MemoryMessageStore::kept)
                .toList();
    }

    private static DamagedFile kept(MemoryEntry entry) {
        QueuedMessage message = entry.message();
        return new DamagedFile(
                message.id().asString(),
                message.size(),
                Instant.EPOCH,
                "spoiled by the test",
                Optional.of(message),
                0);
    }

    @Override
    public Optional<Content> damagedContent(String name) {
        return damagedEntry(name)
                .map(entry -> new EntryContent(entry.id(), entry.message().size()));
    }

    @Override
    public String adoptDamaged(DamagedFile damaged, Content content) throws MessageStoreException {
        QueuedMessage message = damaged.readable().orElseThrow();
        ByteSource bytes = bytes(content);
        int tag = message.id().tag();
        QueuedMessage here = message;
        while (!take(here.in(QueueName.CORRUPT), bytes)) {
            tag++;
            here = message.withId(new QueueId(message.id().micros(), tag));
        }
        return here.id().asString();
    }

    @Override
    public synchronized boolean removeDamaged(String name) {
        return damagedEntry(name).map(entry -> entries.remove(entry.id())).isPresent();
    }

    private Optional<MemoryEntry> damagedEntry(String name) {
        return QueueId.parse(name)
                .flatMap(this::entry)
                .filter(entry -> entry.isIn(QueueName.CORRUPT));
    }

    @Override
    public List<String> standingOrders() {
        return orders;
    }

    @Override
    public synchronized void keepStandingOrders(List<String> changed) throws MessageStoreException {
        requireOpen();
        orders = List.copyOf(changed);
    }

    @Override
    public synchronized void close() {
        open = false;
        changeAll(QueueName.ACTIVE, MemoryEntry::givenBack);
    }

    private synchronized Optional<MemoryEntry> entry(QueueId id) {
        return Optional.ofNullable(entries.get(id));
    }

    /** In the order of their ids, as they stand now. */
    private synchronized Stream<MemoryEntry> select(Predicate<MemoryEntry> wanted) {
        return entries.values().stream().filter(wanted).toList().stream();
    }

    private Optional<QueueId> next(TransportName transport, ClaimWindow window) {
        return select(entry -> entry.isOf(transport) && entry.isDue(window))
                .min(MemoryEntry.claimOrder(window.deferredFirst()))
                .map(MemoryEntry::id);
    }

    private synchronized List<QueueId> listedIds(TransportName transport) {
        ClaimWindow window = new ClaimWindow(clock.instant(), Instant.MIN, false);
        Predicate<MemoryEntry> listed = entry -> entry.isOf(transport);
        Predicate<MemoryEntry> ready = entry -> entry.isDue(window);
        Predicate<MemoryEntry> waits = MemoryEntry::waits;
        return Stream.of(
                        select(listed.and(ready)).sorted(MemoryEntry.claimOrder(false)),
                        select(listed.and(waits).and(ready.negate()))
                                .sorted(MemoryEntry.BY_DUE_TIME),
                        select(listed.and(waits.negate())))
                .flatMap(part -> part)
                .map(MemoryEntry::id)
                .toList();
    }

    @GuardedBy("this")
    private void requireOpen() throws MessageStoreException {
        if (!open) {
            throw new MessageStoreException("the store is closed");
        }
    }

    private synchronized void put(MemoryEntry entry) throws MessageStoreException {
        requireOpen();
        entries.put(entry.id(), entry);
    }

    @GuardedBy("this")
    private void changeAll(QueueName queue, UnaryOperator<MemoryEntry> change) {
        entries.replaceAll((id, entry) -> entry.isIn(queue) ? change.apply(entry) : entry);
    }

    /** Gives the entry as changed, or nothing if it is not there or the change does not apply. */
    private synchronized Optional<MemoryEntry> change(
            QueueId id, Predicate<MemoryEntry> applies, UnaryOperator<MemoryEntry> change)
            throws MessageStoreException {
        requireOpen();
        Optional<MemoryEntry> changed = entry(id).filter(applies).map(change);
        changed.ifPresent(entry -> entries.put(id, entry));
        return changed;
    }

    private OperatorResult changeAndTell(
            QueueId id, Predicate<MemoryEntry> applies, UnaryOperator<MemoryEntry> change)
            throws MessageStoreException {
        Optional<MemoryEntry> changed = change(id, applies, change);
        changed.ifPresent(this::tell);
        return changed.isPresent() ? OperatorResult.DONE : refusal(id);
    }

    private void tell(MemoryEntry entry) {
        listener.available(entry.envelope().transport());
    }

    private OperatorResult refusal(QueueId id) {
        return entry(id).filter(entry -> entry.isIn(QueueName.ACTIVE)).isPresent()
                ? OperatorResult.CLAIMED
                : OperatorResult.NOT_FOUND;
    }

    private void setAsideIfDamaged(QueueId id) {
        if (setAside(id)) {
            listener.corrupt(id, "spoiled by the test");
        }
    }

    private synchronized boolean setAside(QueueId id) {
        Optional<MemoryEntry> damaged =
                entry(id)
                        .filter(MemoryEntry::damaged)
                        .filter(entry -> !entry.isIn(QueueName.CORRUPT))
                        .map(MemoryEntry::corrupted);
        damaged.ifPresent(entry -> entries.put(id, entry));
        return damaged.isPresent();
    }

    private final class EntryContent implements Content {

        private final QueueId id;
        private final long size;

        EntryContent(QueueId id, long size) {
            this.id = id;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() throws IOException {
            return entry(id)
                    .orElseThrow(() -> new FileNotFoundException(id + " has left the store"))
                    .content()
                    .openStream();
        }
    }

    /** Works under the store's lock: after the store was closed there is nothing left to end. */
    private final class Lease implements MessageLease {

        private QueuedMessage message;
        private boolean early;

        @GuardedBy("MemoryMessageStore.this")
        private boolean ended;

        /**
         * @param early whether it was claimed before its time, and not gone on since
         */
        Lease(MemoryEntry entry, boolean early) {
            this.message = entry.message();
            this.early = early;
        }

        private UnaryOperator<MemoryEntry> givingBack() {
            return early ? MemoryEntry::waitingOn : MemoryEntry::givenBack;
        }

        @Override
        public QueuedMessage message() {
            return message;
        }

        @Override
        public Content content() {
            return MemoryMessageStore.this.content(message);
        }

        @Override
        public void begin(Instant now) {
            change(MemoryEntry::workedOn);
        }

        @Override
        public void replaceEnvelope(Envelope envelope) {
            message = change(entry -> entry.with(envelope)).message();
        }

        @Override
        public void goOn(Envelope envelope, DerivedContent content) {
            early = false;
            message = change(entry -> entry.goneOn(envelope, content)).message();
        }

        @Override
        public boolean mayGoOn() {
            return true;
        }

        @Override
        public void record(List<Attempt> attempts) {
            message = change(entry -> entry.recorded(attempts)).message();
        }

        @Override
        public void reported() {
            message = change(MemoryEntry::reported).message();
        }

        @Override
        public void complete() {
            synchronized (MemoryMessageStore.this) {
                end(UnaryOperator.identity());
                entries.remove(message.id());
            }
        }

        @Override
        public void defer(MessageStatus status) {
            Instant now = clock.instant();
            tell(end(entry -> entry.deferred(status, now)));
        }

        @Override
        public void hold(MessageStatus status) {
            end(entry -> entry.held(status));
        }

        @Override
        public void giveBack() {
            tell(end(givingBack()));
        }

        @Override
        public void close() {
            endIfOpen().ifPresent(MemoryMessageStore.this::tell);
        }

        private Optional<MemoryEntry> endIfOpen() {
            synchronized (MemoryMessageStore.this) {
                return ended || !open ? Optional.empty() : Optional.of(end(givingBack()));
            }
        }

        private MemoryEntry end(UnaryOperator<MemoryEntry> change) {
            synchronized (MemoryMessageStore.this) {
                MemoryEntry changed = change(change);
                ended = true;
                return changed;
            }
        }

        private MemoryEntry change(UnaryOperator<MemoryEntry> change) {
            synchronized (MemoryMessageStore.this) {
                if (ended || !open) {
                    throw new IllegalStateException("the lease of " + message.id() + " has ended");
                }
                return entries.computeIfPresent(message.id(), (id, entry) -> change.apply(entry));
            }
        }
    }
}
