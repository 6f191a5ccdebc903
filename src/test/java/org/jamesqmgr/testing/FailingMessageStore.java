/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
import org.jamesqmgr.store.QueueTotal;
import org.jamesqmgr.store.StoreListener;
import org.jamesqmgr.store.StoredContent;

/**
 * A store in front of another that fails while it is told to, in everything that may fail, and
 * counts how often it was asked meanwhile. Safe for use by any thread.
 */
public final class FailingMessageStore implements MessageStore {

    private final MessageStore store;
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger acceptable = new AtomicInteger(Integer.MAX_VALUE);
    private volatile boolean failing;
    private volatile boolean clinging;
    private volatile boolean unsure;
    private volatile boolean endless;
    private volatile boolean forgetful;
    private volatile boolean ignorant;
    private volatile boolean illegible;
    private final AtomicReference<Meanwhile> meanwhile = new AtomicReference<>(() -> {});
    private final AtomicInteger loads = new AtomicInteger();
    private final Map<QueueId, String> elsewhere = new ConcurrentHashMap<>();
    private volatile StoreListener listener = StoreListener.NONE;

    public FailingMessageStore(MessageStore store) {
        this.store = store;
    }

    public void fail(boolean fail) {
        failing = fail;
    }

    /**
     * Takes so many more messages and then no more, as a full disk, on which none can go on as
     * something else either; all else works.
     */
    public void acceptOnly(int messages) {
        acceptable.set(messages);
    }

    /** Nothing can be removed by an operator; all else works. */
    public void failRemovals(boolean fail) {
        clinging = fail;
    }

    /** What an operator removes goes, and yet that fails: a power cut might undo it. All else works. */
    public void failAfterRemovals(boolean fail) {
        unsure = fail;
    }

    /** Leases cannot be ended, and that their sender was told cannot be noted; all else works. */
    public void failEndings(boolean fail) {
        endless = fail;
    }

    /** What became of recipients cannot be recorded; all else works. */
    public void failRecords(boolean fail) {
        forgetful = fail;
    }

    /** What is claimed cannot be read; all else works. */
    public void failReads(boolean fail) {
        illegible = fail;
    }

    /** What was left for later cannot be loaded; all else works. */
    public void failLoads(boolean fail) {
        ignorant = fail;
    }

    /** What others do. */
    @FunctionalInterface
    public interface Meanwhile {
        void happens() throws MessageStoreException;
    }

    /** Lets something happen, once, as soon as the next message was adopted. */
    public void afterAdoption(Meanwhile what) {
        meanwhile.set(what);
    }

    /** How often all was loaded. */
    public int loads() {
        return loads.get();
    }

    /** A message that another server has in work; the test is that server, and has the lease. */
    public void worksElsewhere(QueueId id, String server) {
        elsewhere.put(id, server);
    }

    /** That server has ended its work. */
    public void endsElsewhere(QueueId id) {
        elsewhere.remove(id);
        listener.endedElsewhere(id);
    }

    /** Another server changes the standing orders. */
    public void orderElsewhere(List<String> orders) throws MessageStoreException {
        store.keepStandingOrders(orders);
        listener.ordersChanged();
    }

    public int refusals() {
        return refusals.get();
    }

    @Override
    public void listen(StoreListener newListener) {
        listener = newListener;
        store.listen(newListener);
    }

    @Override
    public void load() throws MessageStoreException {
        if (ignorant) {
            throw new MessageStoreException("told not to load");
        }
        store.load();
        loads.incrementAndGet();
    }

    @Override
    public QueueId accept(Envelope envelope, ContentWriter content, Safe safe)
            throws MessageStoreException {
        mayFail();
        if (acceptable.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            throw new MessageStoreException("told to take no more");
        }
        return store.accept(envelope, content, safe);
    }

    @Override
    public boolean adopt(QueuedMessage message, Content content) throws MessageStoreException {
        mayFail();
        if (acceptable.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            throw new MessageStoreException("disk full");
        }
        boolean here = store.adopt(message, content);
        meanwhile.getAndSet(() -> {}).happens();
        return here;
    }

    @Override
    public Optional<QueuedMessage> examine(QueueId id) throws MessageStoreException {
        mayFail();
        return store.examine(id);
    }

    @Override
    public String adoptDamaged(DamagedFile damaged, Content content) throws MessageStoreException {
        mayFail();
        return store.adoptDamaged(damaged, content);
    }

    @Override
    public Optional<MessageLease> claimNext(TransportName transport, ClaimWindow window)
            throws MessageStoreException {
        mayFail();
        return store.claimNext(transport, window).map(FailingLease::new);
    }

    @Override
    public Optional<MessageLease> claim(QueueId id) throws MessageStoreException {
        mayFail();
        return store.claim(id).map(FailingLease::new);
    }

    @Override
    public Optional<QueuedMessage> find(QueueId id) throws MessageStoreException {
        mayFail();
        return store.find(id);
    }

    @Override
    public Content content(QueuedMessage message) {
        return store.content(message);
    }

    @Override
    public Stream<QueuedMessage> list(TransportName transport) {
        return store.list(transport);
    }

    @Override
    public long count(TransportName transport) {
        return store.count(transport);
    }

    @Override
    public Map<QueueName, Long> counts() {
        return store.counts();
    }

    @Override
    public long usableSpace() {
        return store.usableSpace();
    }

    @Override
    public Set<TransportName> transports() {
        return store.transports();
    }

    @Override
    public Optional<Instant> nextScheduled() {
        return store.nextScheduled();
    }

    @Override
    public List<QueuedMessage> suspects() throws MessageStoreException {
        mayFail();
        return store.suspects();
    }

    @Override
    public OperatorResult remove(QueueId id) throws MessageStoreException {
        failIf(failing || clinging);
        OperatorResult result = store.remove(id);
        failIf(unsure);
        return result;
    }

    @Override
    public OperatorResult removeAdopted(QueuedMessage message) throws MessageStoreException {
        failIf(failing || clinging);
        OperatorResult result = store.removeAdopted(message);
        failIf(unsure);
        return result;
    }

    @Override
    public OperatorResult flush(QueueId id, Instant now) throws MessageStoreException {
        mayFail();
        return store.flush(id, now);
    }

    @Override
    public Set<QueueId> removeTogether(Collection<QueueId> ids) throws MessageStoreException {
        failIf(failing || clinging);
        Set<QueueId> removed = store.removeTogether(ids);
        failIf(unsure);
        return removed;
    }

    @Override
    public Set<QueueId> flushTogether(Collection<QueueId> ids, Instant now)
            throws MessageStoreException {
        mayFail();
        return store.flushTogether(ids, now);
    }

    @Override
    public Set<QueueId> holdTogether(Collection<QueueId> ids, String reason)
            throws MessageStoreException {
        mayFail();
        return store.holdTogether(ids, reason);
    }

    @Override
    public Set<QueueId> releaseTogether(Collection<QueueId> ids) throws MessageStoreException {
        mayFail();
        return store.releaseTogether(ids);
    }

    @Override
    public Set<QueueId> expireTogether(Collection<QueueId> ids) throws MessageStoreException {
        mayFail();
        return store.expireTogether(ids);
    }

    @Override
    public OperatorResult hold(QueueId id, String reason) throws MessageStoreException {
        mayFail();
        return store.hold(id, reason);
    }

    @Override
    public OperatorResult release(QueueId id) throws MessageStoreException {
        mayFail();
        return store.release(id);
    }

    @Override
    public OperatorResult expire(QueueId id) throws MessageStoreException {
        mayFail();
        return store.expire(id);
    }

    @Override
    public List<QueueId> ids(Set<QueueName> queues, Optional<QueueId> after, int limit)
            throws MessageStoreException {
        mayFail();
        return store.ids(queues, after, limit);
    }

    @Override
    public Optional<QueueId> newest(Set<QueueName> queues) throws MessageStoreException {
        mayFail();
        return store.newest(queues);
    }

    @Override
    public List<QueueTotal> totals() throws MessageStoreException {
        mayFail();
        return store.totals();
    }

    @Override
    public List<DamagedFile> damaged() throws MessageStoreException {
        mayFail();
        return store.damaged();
    }

    @Override
    public Optional<Content> damagedContent(String name) throws MessageStoreException {
        mayFail();
        return store.damagedContent(name);
    }

    @Override
    public boolean removeDamaged(String name) throws MessageStoreException {
        mayFail();
        return store.removeDamaged(name);
    }

    @Override
    public Optional<String> worker(QueueId id) {
        return Optional.ofNullable(elsewhere.get(id)).or(() -> store.worker(id));
    }

    @Override
    public List<String> standingOrders() {
        return store.standingOrders();
    }

    @Override
    public void keepStandingOrders(List<String> orders) throws MessageStoreException {
        mayFail();
        store.keepStandingOrders(orders);
    }

    @Override
    public void close() throws MessageStoreException {
        store.close();
    }

    private void mayFail() throws MessageStoreException {
        failIf(failing);
    }

    private void failIf(boolean told) throws MessageStoreException {
        if (told) {
            refusals.incrementAndGet();
            throw new MessageStoreException("told to fail");
        }
    }

    private final class FailingLease implements MessageLease {

        private final MessageLease lease;

        FailingLease(MessageLease lease) {
            this.lease = lease;
        }

        @Override
        public QueuedMessage message() {
            return lease.message();
        }

        @Override
        public Content content() {
            Content content = lease.content();
            return new StoredContent(content.size(), () -> open(content));
        }

        private InputStream open(Content content) throws IOException {
            try {
                failIf(failing || illegible);
            } catch (MessageStoreException e) {
                throw new IOException(e);
            }
            return content.open();
        }

        @Override
        public void begin(Instant now) throws MessageStoreException {
            mayFail();
            lease.begin(now);
        }

        @Override
        public void replaceEnvelope(Envelope envelope) throws MessageStoreException {
            mayFail();
            lease.replaceEnvelope(envelope);
        }

        @Override
        public void goOn(Envelope envelope, DerivedContent content) throws MessageStoreException {
            failIf(failing || endless || acceptable.get() == 0);
            lease.goOn(envelope, content);
        }

        @Override
        public boolean mayGoOn() {
            return lease.mayGoOn();
        }

        @Override
        public void record(List<Attempt> attempts) throws MessageStoreException {
            failIf(failing || forgetful);
            lease.record(attempts);
        }

        @Override
        public void reported() throws MessageStoreException {
            failIf(failing || endless);
            lease.reported();
        }

        @Override
        public void complete() throws MessageStoreException {
            failIf(failing || endless);
            lease.complete();
        }

        @Override
        public void defer(MessageStatus status) throws MessageStoreException {
            failIf(failing || endless);
            lease.defer(status);
        }

        @Override
        public void hold(MessageStatus status) throws MessageStoreException {
            failIf(failing || endless);
            lease.hold(status);
        }

        @Override
        public void giveBack() throws MessageStoreException {
            mayFail();
            lease.giveBack();
        }

        @Override
        public void close() throws MessageStoreException {
            lease.close();
        }
    }
}
