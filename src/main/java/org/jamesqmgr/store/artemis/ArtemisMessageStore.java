/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageReader;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.QueueIdSequence;
import org.jamesqmgr.store.QueueTotal;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.StoredContent;
import org.jamesqmgr.store.artemis.Envelopes.Claimed;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.jamesqmgr.store.index.QueueIndex;
import org.jamesqmgr.store.index.QueueIndex.Entry;
import org.jamesqmgr.store.index.QueueIndex.Standing;
import org.jamesqmgr.store.index.QueueIndex.Taken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared store: queues at a broker on which several servers work. {@link Queues} names them.
 *
 * <p>Which message is next is decided by the index that every server has of its own; that nobody else
 * gets it, by the broker, from which the envelope is taken into the active queue of this run of the
 * server in one transaction. An index that is wrong about a message finds that out then.
 *
 * <p>Every operation has one commit point, the commit of its transaction. Safe for use by any thread.
 */
public final class ArtemisMessageStore implements MessageStore {

    /** For ever: other servers look in the same places. */
    private static final int SHARDS = 64;

    private static final Logger LOGGER = LoggerFactory.getLogger(ArtemisMessageStore.class);

    private final Clock clock;
    private final Queues queues;
    private final Broker broker;
    private final Run run;
    private final Envelopes envelopes;
    private final QueueIndex index = new QueueIndex();
    private final Corrupt corrupt;
    private final News news;
    private final Damaged damaged;
    private final Orders orders;
    private final Setup setup;
    private final Others others;
    private final Lookup lookup;
    private final Adoption adoption;
    private final Rescue rescue;
    private final Sweep sweep;
    private final Watch watch;
    private final Hands hands = new Hands();
    private final OperatorActions actions;
    private final Census census;
    private final Acceptance acceptance;

    private final Object loading = new Object();

    @GuardedBy("loading")
    private boolean loaded;

    private volatile StoreListener listener = StoreListener.NONE;

    /** Read side: every operation. Write side: closing. Held while the broker works. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    @GuardedBy("life")
    private boolean closed;

    private ArtemisMessageStore(
            ArtemisSettings settings, int shards, Watch.Pace pace, Clock clock, Executor threads)
            throws MessageStoreException {
        int tag = new SecureRandom().nextInt(QueueId.TAG_LIMIT);
        this.clock = clock;
        QueueIdSequence ids = new QueueIdSequence(clock, tag);
        this.queues = new Queues(settings.prefix(), shards);
        this.broker = new Broker(settings, threads);
        this.run = new Run(broker, queues, settings.server(), tag);
        this.envelopes = new Envelopes(broker, queues, run.name());
        this.corrupt = new Corrupt(envelopes, queues);
        this.news = new News(queues, run.name());
        this.damaged = new Damaged(broker, queues, news);
        this.orders = new Orders(broker, queues, news);
        this.setup = new Setup(broker, queues);
        this.others = new Others(index, clock);
        this.rescue = new Rescue(broker, queues, news, clock);
        this.lookup = new Lookup(index, others, envelopes, queues, corrupt, hands, rescue, clock);
        this.actions =
                new OperatorActions(
                        index,
                        envelopes,
                        queues,
                        run.name(),
                        hands,
                        others,
                        lookup,
                        corrupt,
                        clock);
        this.census =
                new Census(
                        broker,
                        queues,
                        run,
                        index,
                        hands,
                        others,
                        lookup,
                        envelopes,
                        actions,
                        corrupt,
                        rescue,
                        () -> listener);
        this.adoption = new Adoption(envelopes, damaged, corrupt, lookup, rescue, ids);
        this.sweep = new Sweep(broker, queues, rescue, clock);
        this.watch = new Watch(broker, queues, run, rescue, tidings(), pace);
        this.acceptance = new Acceptance(ids, envelopes, run, index, hands, watch::isSeen, clock);
    }

    private Tidings tidings() {
        return new Tidings(
                index,
                others,
                hands,
                corrupt,
                rescue,
                orders,
                () -> listener,
                lookup::bringIn,
                census::lookAfterHands,
                census::reconcile);
    }

    /**
     * Opens the shared queues, making those that are missing, and learns what is in them. What an
     * earlier run of this server had in work waits again.
     *
     * @param threads for work at the broker, which may wait there; without bound
     * @throws MessageStoreException if the broker cannot be reached or is not set up as it must be
     */
    public static ArtemisMessageStore open(ArtemisSettings settings, Clock clock, Executor threads)
            throws MessageStoreException {
        return open(settings, SHARDS, Watch.Pace.USUAL, clock, threads);
    }

    /**
     * As {@link #open}, for a program that works here beside the servers: it does not wait for a broker
     * that is not there, and nobody else has its name.
     */
    public static ArtemisMessageStore openAlone(
            ArtemisSettings settings, Clock clock, Executor threads) throws MessageStoreException {
        return openAlone(settings, SHARDS, Watch.Pace.USUAL, clock, threads);
    }

    static ArtemisMessageStore openAlone(
            ArtemisSettings settings, int shards, Watch.Pace pace, Clock clock, Executor threads)
            throws MessageStoreException {
        ArtemisMessageStore store = new ArtemisMessageStore(settings, shards, pace, clock, threads);
        return store.opened(threads, () -> store.beginAlone(settings.server()));
    }

    static ArtemisMessageStore open(
            ArtemisSettings settings, int shards, Watch.Pace pace, Clock clock, Executor threads)
            throws MessageStoreException {
        ArtemisMessageStore store = new ArtemisMessageStore(settings, shards, pace, clock, threads);
        return store.opened(
                threads,
                () -> {
                    store.broker.await();
                    return store.begin(settings.server());
                });
    }

    private boolean beginAlone(String server) throws MessageStoreException {
        broker.requireThere();
        if (!begin(server)) {
            throw new MessageStoreException(
                    server
                            + " works at the broker already, here or elsewhere: wait until that has"
                            + " ended");
        }
        return true;
    }

    private ArtemisMessageStore opened(Executor threads, Operation<Boolean> beginning)
            throws MessageStoreException {
        try {
            beginning.run();
            census.scan(QueueName.INCOMING);
            census.scanSingle();
            threads.execute(watch::listen);
            return this;
        } catch (MessageStoreException | RuntimeException | Error e) {
            watch.close();
            broker.close();
            throw e;
        }
    }

    /** Begins this run; returns whether no other of that name is there. */
    private boolean begin(String server) throws MessageStoreException {
        setup.check();
        run.begin();
        orders.read();
        watch.appear();
        return rescue.ofServer(server, run.name());
    }

    // What there is

    @Override
    public void load() throws MessageStoreException {
        synchronized (loading) {
            if (!loaded) {
                whileOpen(() -> census.scan(QueueName.DEFERRED));
                whileOpen(
                        () -> {
                            sweep.sweep(lookup::knows);
                            return sweep;
                        });
                loaded = true;
                index.transports().forEach(listener::available);
            }
        }
    }

    @Override
    public void listen(StoreListener newListener) {
        listener = newListener;
        corrupt.tell(newListener);
    }

    // Accepting

    @Override
    public QueueId accept(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException {
        QueueId id = whileOpen(() -> acceptance.accept(envelope, content, safe));
        listener.available(envelope.transport());
        return id;
    }

    // Moving

    @Override
    public boolean adopt(QueuedMessage message, Content content) throws MessageStoreException {
        load(); // what came before is known then
        boolean here = whileOpen(() -> adoption.adopt(message, content));
        if (here) {
            listener.available(message.envelope().transport());
        }
        return here;
    }

    @Override
    public Optional<QueuedMessage> examine(QueueId id) throws MessageStoreException {
        return find(id).filter(message -> message.queue() != QueueName.ACTIVE);
    }

    @Override
    public OperatorResult removeAdopted(QueuedMessage message) throws MessageStoreException {
        return whileOpen(() -> actions.remove(message));
    }

    @Override
    public String adoptDamaged(DamagedFile theirs, Content content) throws MessageStoreException {
        return whileOpen(() -> adoption.adoptDamaged(theirs, content));
    }

    // Claiming

    /** This server works on mail of that transport. */
    void serve(TransportName transport) {
        acceptance.serve(transport);
    }

    @Override
    public Optional<MessageLease> claimNext(TransportName transport, ClaimWindow window)
            throws MessageStoreException {
        serve(transport);
        return whileOpen(
                () -> {
                    Optional<MessageLease> lease = Optional.empty();
                    Optional<Taken> next = index.takeNext(transport, window);
                    while (next.isPresent() && lease.isEmpty()) {
                        lease = claim(next.get(), Standing.READY);
                        next = lease.isPresent() ? next : index.takeNext(transport, window);
                    }
                    return lease;
                });
    }

    @Override
    public Optional<MessageLease> claim(QueueId id) throws MessageStoreException {
        return whileOpen(
                () -> {
                    lookup.bringIn(id);
                    Optional<Taken> taken = index.take(id, Standing.WAITING);
                    return taken.isEmpty()
                            ? Optional.empty()
                            : claim(taken.get(), taken.get().again(clock.instant()));
                });
    }

    private Optional<MessageLease> claim(Taken taken, Standing again) throws MessageStoreException {
        QueueId id = taken.entry().id();
        Optional<Hands.Reserved> reserved = hands.reserved(id);
        if (reserved.isPresent() && reserved.get().certain() && watch.isSeen()) {
            return Optional.of(
                    lease(taken, again, reserved.get().claim(), reserved.get().stored()));
        }
        List<QueueName> places = lookup.places(taken.entry());
        Hands.Moving moving = hands.moving(id);
        boolean known = false;
        try {
            Optional<MessageLease> lease = claimAtBroker(taken, places, again);
            known = true;
            return lease;
        } finally {
            hands.moved(id, moving);
            if (!known) {
                reserved.ifPresent(some -> hands.reserve(id, some.inDoubt()));
                index.put(taken.entry(), taken.standing(), taken.time());
            }
        }
    }

    private MessageLease lease(Taken taken, Standing again, String claim, StoredMessage stored) {
        QueueId id = taken.entry().id();
        ArtemisLease lease = new ArtemisLease(this, taken, again, claim, stored);
        hands.inWork(id, lease);
        others.mine(id);
        index.moved(taken.entry(), QueueName.ACTIVE);
        return lease;
    }

    private Optional<MessageLease> claimAtBroker(
            Taken taken, List<QueueName> places, Standing again) throws MessageStoreException {
        Entry entry = taken.entry();
        QueueId id = entry.id();
        Optional<Claimed> claimed = envelopes.claim(id, places, run.nextClaim()); // commit
        if (claimed.isEmpty()) {
            others.lost(entry);
            return Optional.empty();
        }
        try {
            StoredMessage stored = Lookup.asItStands(claimed.get().found(), taken.time());
            return Optional.of(lease(taken, again, claimed.get().claim(), stored));
        } catch (DamagedMessageException e) {
            index.forget(entry);
            corrupt.found(id, queues.active(run.name()), e);
            corrupt.setAside();
            return Optional.empty();
        }
    }

    Content claimedContent(ArtemisLease lease) {
        return new StoredContent(lease.stored().size(), () -> open(lease));
    }

    private InputStream open(ArtemisLease lease) throws IOException {
        StoredMessage stored = lease.stored();
        Optional<InputStream> carried = stored.open();
        return carried.isPresent() ? carried.get() : envelopes.openExactly(lease.id(), stored);
    }

    /** A lease ended of which the message was not this server's any more. */
    void lost(QueueId id) throws MessageStoreException {
        LOGGER.warn("{} was taken over by another server while it was in work here", id);
        lookup.bringIn(id);
    }

    /** Forgets a lease that has ended. */
    void ended(ArtemisLease lease, boolean somethingToClaim) {
        hands.ended(lease);
        others.mine(lease.id());
        if (lease.logged()) {
            run.noLongerLogged(lease.claim());
        }
        if (somethingToClaim) {
            listener.available(lease.message().envelope().transport());
        }
    }

    // Looking

    @Override
    public Optional<String> worker(QueueId id) {
        return others.server(id);
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws MessageStoreException {
        return whileOpen(() -> lookup.find(id));
    }

    @Override
    public MessageReader read(List<QueueId> ids) {
        Iterator<QueueId> next = ids.iterator();
        Pages pages = new Pages(broker, queues, index, ids);
        return () -> read(pages, next.next());
    }

    private Optional<QueuedMessage> read(Pages pages, QueueId id) throws MessageStoreException {
        Optional<QueuedMessage> read = pages.unchanged(id);
        return read.isPresent() ? read : find(id);
    }

    @Override
    public Content content(QueuedMessage message) {
        return lookup.content(message);
    }

    @Override
    public Stream<QueuedMessage> list(TransportName transport) {
        try {
            load();
        } catch (MessageStoreException e) {
            throw unchecked(e);
        }
        index.promote(clock.instant());
        Pages pages = new Pages(broker, queues, index, index.ids(transport));
        return pages.ids().stream().flatMap(id -> listed(pages, id).stream());
    }

    private Optional<QueuedMessage> listed(Pages pages, QueueId id) {
        try {
            return read(pages, id);
        } catch (MessageStoreException e) {
            throw unchecked(e);
        }
    }

    private static UncheckedIOException unchecked(MessageStoreException e) {
        return new UncheckedIOException(new IOException(e.getMessage(), e));
    }

    @Override
    public long count(TransportName transport) {
        return index.count(transport);
    }

    @Override
    public Map<QueueName, Long> counts() {
        Map<QueueName, Long> counts = index.counts();
        counts.put(QueueName.CORRUPT, corrupt.count());
        return counts;
    }

    @Override
    public Set<TransportName> transports() {
        return index.transports();
    }

    @Override
    public Optional<Instant> nextScheduled() {
        return index.nextScheduled(clock.instant());
    }

    @Override
    public List<QueuedMessage> suspects() throws MessageStoreException {
        List<QueuedMessage> found = new ArrayList<>();
        for (QueueId id : index.suspects()) {
            find(id).ifPresent(found::add);
        }
        return found;
    }

    // Operators

    @Override
    public OperatorResult remove(QueueId id) throws MessageStoreException {
        return whileOpen(() -> corrupt.contains(id) ? removeCorrupt(id) : actions.remove(id));
    }

    private OperatorResult removeCorrupt(QueueId id) throws MessageStoreException {
        return removeCorrupt(id.asString()) ? OperatorResult.DONE : OperatorResult.NOT_FOUND;
    }

    @Override
    public OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        return thenAvailable(id, whileOpen(() -> actions.flush(id, now)));
    }

    @Override
    public OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        return whileOpen(() -> actions.hold(id, reason));
    }

    @Override
    public OperatorResult release(QueueId id) throws MessageStoreException {
        return thenAvailable(id, whileOpen(() -> actions.release(id)));
    }

    @Override
    public OperatorResult expire(QueueId id) throws MessageStoreException {
        return whileOpen(() -> actions.expire(id));
    }

    private OperatorResult thenAvailable(QueueId id, OperatorResult result) {
        if (result == OperatorResult.DONE) {
            index.transport(id).ifPresent(listener::available);
        }
        return result;
    }

    @Override
    public long flushAll(TransportName transport, Instant now) throws MessageStoreException {
        load();
        long flushed = whileOpen(() -> bulk().flush(index.waiting(transport), now).all());
        if (flushed > 0) {
            listener.available(transport);
        }
        return flushed;
    }

    @Override
    public long removeAll(TransportName transport) throws MessageStoreException {
        load();
        return whileOpen(() -> bulk().remove(index.ids(transport), Standing.WAITING).all());
    }

    @Override
    public Set<QueueId> removeTogether(Collection<QueueId> ids) throws MessageStoreException {
        return whileOpen(() -> bulk().remove(ids, Standing.ANY_BUT_TAKEN).some());
    }

    @Override
    public Set<QueueId> flushTogether(Collection<QueueId> ids, Instant now)
            throws MessageStoreException {
        return thenAvailable(whileOpen(() -> bulk().flush(ids, now).some()));
    }

    @Override
    public Set<QueueId> holdTogether(Collection<QueueId> ids, String reason)
            throws MessageStoreException {
        return whileOpen(() -> bulk().edit(ids, Edit.hold(reason)).some());
    }

    @Override
    public Set<QueueId> releaseTogether(Collection<QueueId> ids) throws MessageStoreException {
        Edit release = Edit.release(clock.instant());
        return thenAvailable(whileOpen(() -> bulk().edit(ids, release).some()));
    }

    @Override
    public Set<QueueId> expireTogether(Collection<QueueId> ids) throws MessageStoreException {
        return whileOpen(() -> bulk().edit(ids, Edit.expire()).some());
    }

    private Set<QueueId> thenAvailable(Set<QueueId> ids) {
        ids.stream()
                .flatMap(id -> index.transport(id).stream())
                .distinct()
                .forEach(listener::available);
        return ids;
    }

    private Bulk bulk() {
        return new Bulk(broker, queues, index, envelopes, hands, others, sweep, news);
    }

    // Administration

    @Override
    public List<QueueId> ids(Set<QueueName> places, Optional<QueueId> after, int limit)
            throws MessageStoreException {
        load();
        return index.ids(places, after, limit);
    }

    @Override
    public Optional<QueueId> newest(Set<QueueName> places) throws MessageStoreException {
        load();
        return index.newest(places);
    }

    @Override
    public List<QueueTotal> totals() {
        return index.totals();
    }

    @Override
    public List<DamagedFile> damaged() throws MessageStoreException {
        return whileOpen(damaged::list);
    }

    @Override
    public Optional<Content> damagedContent(String name) throws MessageStoreException {
        return whileOpen(() -> damaged.content(name));
    }

    @Override
    public boolean removeDamaged(String name) throws MessageStoreException {
        return whileOpen(() -> removeCorrupt(name));
    }

    private boolean removeCorrupt(String name) throws MessageStoreException {
        Optional<QueueId> id = damaged.id(name);
        if (id.isEmpty()) {
            return false;
        }
        boolean removed = envelopes.remove(id.get(), List.of(QueueName.CORRUPT)); // commit
        corrupt.forget(id.get());
        return removed;
    }

    @Override
    public List<String> standingOrders() {
        return orders.all();
    }

    @Override
    public void keepStandingOrders(List<String> changed) throws MessageStoreException {
        whileOpen(
                () -> {
                    orders.keep(changed);
                    return changed;
                });
    }

    // Life

    Instant now() {
        return clock.instant();
    }

    QueueIndex index() {
        return index;
    }

    Envelopes envelopes() {
        return envelopes;
    }

    @FunctionalInterface
    interface Operation<T> {
        T run() throws MessageStoreException;
    }

    /** Runs an operation at the broker; the store is not closed under it. */
    <T> T whileOpen(Operation<T> operation) throws MessageStoreException {
        life.readLock().lock();
        try {
            if (closed) {
                throw new MessageStoreException("the store was closed: the server is stopping");
            }
            return operation.run();
        } finally {
            life.readLock().unlock();
            corrupt.tell(listener);
        }
    }

    @Override
    public void close() {
        for (ArtemisLease lease : hands.leases()) {
            try {
                lease.close();
            } catch (MessageStoreException | IllegalStateException e) {
                LOGGER.warn("{} comes back when this server is missed", lease.id(), e);
            }
        }
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                shareAtTheEnd();
                watch.close();
                run.end();
                broker.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    /** Lets all servers have what is reserved for this one. */
    void shareAll() throws MessageStoreException {
        for (QueueId id : hands.allReserved()) {
            actions.share(id);
        }
    }

    private void shareAtTheEnd() {
        try {
            shareAll();
        } catch (MessageStoreException | RuntimeException e) {
            LOGGER.warn("new mail comes back when this server is missed", e);
        }
    }

    /** Leaves the broker as the death of this process would. */
    void die() {
        watch.close();
        broker.cut();
    }
}
