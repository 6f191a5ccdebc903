/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.DestinationState;
import org.jamesqmgr.schedule.PullScheduler;
import org.jamesqmgr.schedule.RetrySchedule;
import org.jamesqmgr.schedule.SubscriberId;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.StoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mail in, hands it to its consumers and sees to it that each message is ended. Owns its store
 * and closes it. Safe for use by any thread.
 *
 * <p>Messages that were active when the server died are claimable from the start. Those that it died
 * of are tried alone or put on hold.
 */
public final class QueueManager implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueManager.class);

    private static final Duration THREAD_END = Duration.ofSeconds(5);
    private static final long IDLE_SECONDS = 60;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(5);

    private final MessageStore store;
    private final Clock clock;
    private final EngineSettings settings;
    private final QueueEventListener listener;
    private final StoreHealth health;
    private final Acceptance acceptance;
    private final WorkingSet workingSet;
    private final ClockWatch clockWatch;
    private final EngineLoop engine;
    private final Thread engineThread;
    private final ExecutorService background;
    private final Puller.Context pullers;
    private final AtomicLong subscriptions = new AtomicLong();
    private final AtomicBoolean feeding = new AtomicBoolean(true);
    private final AtomicBoolean drained = new AtomicBoolean();
    private final AtomicReference<Dispatcher> pushing = new AtomicReference<>();
    private final Flushes flushes;
    private final BacklogLoad load;
    private final Suspensions suspensions;
    private final Operator operator;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final OpenRuns runs = new OpenRuns();
    private final AtomicReference<Runnable> lastStep = new AtomicReference<>(() -> {});
    private final Set<TransportName> consumed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private QueueManager(
            MessageStore store,
            EngineSettings settings,
            Clock clock,
            LongSupplier nanoTime,
            QueueEventListener listener) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.flushes = new Flushes(clock);
        this.listener = QueueEventListener.all(List.of(listener));
        this.health = new StoreHealth(clock, this.listener);
        this.suspensions = new Suspensions(store);
        this.load = new BacklogLoad(store, health);
        QueueRuns queueRuns = new QueueRuns(clock, settings);
        this.clockWatch = new ClockWatch(clock, nanoTime);
        this.engine =
                new EngineLoop(
                        store, clock, settings, this.listener, queueRuns, clockWatch, nanoTime);
        this.background = Executors.newSingleThreadExecutor(EngineThreads.named("qmgr-background"));
        this.acceptance = new Acceptance(store, clock, settings, this.listener, health, engine);
        this.workingSet =
                new WorkingSet(
                        clock, settings, this.listener, health, engine, background, acceptance);
        this.operator =
                new Operator(
                        store,
                        new WaitingMail(store, clock, acceptance, this.listener),
                        workingSet,
                        engine,
                        this.listener,
                        background);
        this.engineThread = EngineThreads.named("qmgr-engine").newThread(engine);
        this.pullers =
                new Puller.Context(
                        store,
                        queueRuns,
                        workingSet,
                        this.listener,
                        health,
                        engine,
                        feeding,
                        suspensions,
                        this::returned);
    }

    private boolean returned(PulledMessage message) {
        Dispatcher dispatcher = pushing.get();
        return dispatcher != null && dispatcher.returned(message);
    }

    /**
     * A running queue manager.
     *
     * @param store closed together with the queue manager
     */
    public static QueueManager start(
            MessageStore store, EngineSettings settings, Clock clock, QueueEventListener listener) {
        return start(store, settings, clock, System::nanoTime, listener);
    }

    /**
     * As {@link #start(MessageStore, EngineSettings, Clock, QueueEventListener)}.
     *
     * @param nanoTime time that passes whatever the clock says, as {@link System#nanoTime}
     */
    public static QueueManager start(
            MessageStore store,
            EngineSettings settings,
            Clock clock,
            LongSupplier nanoTime,
            QueueEventListener listener) {
        QueueManager queueManager = new QueueManager(store, settings, clock, nanoTime, listener);
        queueManager.start();
        return queueManager;
    }

    /**
     * Takes responsibility for a message. Blocks the caller until the message is safe.
     *
     * @return its id; from here on it survives a power cut
     * @throws MessageStoreException if it was not accepted; nothing of it remains
     */
    public QueueId submit(Envelope envelope, ContentWriter content, Provenance provenance)
            throws MessageStoreException {
        return submit(envelope, content, () -> provenance);
    }

    /**
     * As {@link #submit(Envelope, ContentWriter, Provenance)}.
     *
     * @param provenance asked for once the content was written, for what is only known then
     */
    public QueueId submit(Envelope envelope, ContentWriter content, Supplier<Provenance> provenance)
            throws MessageStoreException {
        if (closed.get()) {
            throw new MessageStoreException("the queue manager is stopped");
        }
        return acceptance.accept(envelope, content, provenance);
    }

    /** Takes responsibility for messages, all or none of them, in the state they are to begin in. */
    public void submit(List<HandOver> messages) throws MessageStoreException {
        if (closed.get()) {
            throw new MessageStoreException("the queue manager is stopped");
        }
        acceptance.accept(messages);
    }

    /** Where the consumers of this queue manager note what their threads work on. */
    public OpenRuns runs() {
        return runs;
    }

    /**
     * Has this done at the end, once nothing is delivered any more: mail is still accepted then, of who
     * has something to say about the end. Must return soon, and never throw.
     */
    public void atEnd(Runnable step) {
        lastStep.set(step);
    }

    /** A transport whose messages are fetched by whoever subscribes to it. */
    public PullTransport pull(TransportName name) {
        return new PullTransport(this, name);
    }

    /** When a message would be tried next if an attempt failed now. */
    public Instant nextAttempt(QueuedMessage message) {
        return settings.retry().nextAttempt(message.envelope().created(), clock.instant());
    }

    /**
     * Whether a message is past its lifetime, or an operator wants it returned: its next failure is its
     * last. A clock that was set
     * forward makes no message older.
     */
    public boolean expired(QueuedMessage message) {
        Instant created = message.envelope().created();
        return message.status().forcedExpire()
                || schedule(message).expired(created, clockWatch.nowFor(created));
    }

    /**
     * How old a message is that has just failed: since it arrived, or since it was due if a delay was
     * asked for, or since it was requeued. No clock that was set forward makes it older.
     */
    private Duration age(QueuedMessage message) {
        Envelope envelope = message.envelope();
        return envelope.age(clockWatch.nowFor(envelope.created()));
    }

    /**
     * Begins to deliver what the push transports have. To be called once the server is ready for it,
     * at most once.
     */
    public void startDelivery(DeliveryPlan delivery) {
        Dispatcher.Context context =
                new Dispatcher.Context(
                        clock,
                        settings,
                        listener,
                        engine,
                        this::expired,
                        this::age,
                        flushes::covers,
                        suspensions);
        Dispatcher dispatcher = new Dispatcher(context, delivery, this::subscribe);
        if (!pushing.compareAndSet(null, dispatcher)) {
            throw new IllegalStateException("delivery was started before");
        }
        engine.dispatch(dispatcher);
    }

    /**
     * Delivers differently from the next activation on. Transports that were not there at the start
     * get no mail of their own, only by way of routes.
     */
    public void reconfigure(DeliveryPlan delivery) {
        engine.postToDispatcher(dispatcher -> dispatcher.reconfigure(delivery));
    }

    /**
     * Makes the waiting mail of a transport due at once; forgets which destinations are dead. Mail
     * of transports that wait for this is delivered too. Waits
     * until the store knows all its mail.
     *
     * @return how many messages were made due
     */
    public long flush(TransportName transport) throws MessageStoreException {
        Instant now = flushes.begin();
        engine.postToDispatcher(Dispatcher::revive);
        long flushed = store.flushAll(transport, now);
        engine.available(transport);
        return flushed;
    }

    /**
     * Makes all deferred mail of the push transports due at once, not what is scheduled; forgets which
     * destinations are dead. Costs what is stored, and waits until the store knows all of it.
     *
     * @return how many messages were made due
     */
    public long flush() throws MessageStoreException {
        return flush(message -> true);
    }

    /** {@link #flush()} for mail that has a recipient in this domain left. */
    public long flushSite(String domain) throws MessageStoreException {
        return flush(
                message ->
                        message.pendingRecipients().stream()
                                .anyMatch(
                                        to -> to.getDomain().asString().equalsIgnoreCase(domain)));
    }

    private long flush(Predicate<QueuedMessage> wanted) throws MessageStoreException {
        Instant now = flushes.begin();
        engine.postToDispatcher(Dispatcher::revive);
        long flushed = 0;
        for (TransportName transport : pushTransports()) {
            List<QueueId> ids = deferred(transport, wanted);
            Set<QueueId> together = store.flushTogether(ids, now);
            flushed += together.size();
            for (QueueId id : ids) {
                boolean done = together.contains(id);
                flushed += !done && store.flush(id, now) == OperatorResult.DONE ? 1 : 0;
            }
        }
        return flushed;
    }

    /**
     * {@link #flush(QueueId)} for many messages at once, as far as that costs less than one by one.
     *
     * @return those that were made due; the others are as they were
     */
    public Set<QueueId> flush(Collection<QueueId> ids) throws MessageStoreException {
        Instant now = flushes.begin();
        engine.postToDispatcher(Dispatcher::revive);
        return store.flushTogether(ids, now);
    }

    private List<QueueId> deferred(TransportName transport, Predicate<QueuedMessage> wanted) {
        try (Stream<QueuedMessage> messages = store.list(transport)) {
            return messages.filter(message -> message.queue() == QueueName.DEFERRED)
                    .filter(message -> !message.status().scheduled())
                    .filter(wanted)
                    .map(QueuedMessage::id)
                    .toList();
        }
    }

    /** The transports that the engine delivers for; none before delivery is started. */
    public Set<TransportName> pushTransports() {
        Dispatcher dispatcher = pushing.get();
        return dispatcher == null ? Set.of() : dispatcher.transports();
    }

    /** Every transport that has mail or, since the start, had somebody to take it. Never blocks. */
    public Set<TransportName> transports() {
        Set<TransportName> all = new HashSet<>(store.transports());
        all.addAll(consumed);
        all.addAll(pushTransports());
        return all;
    }

    /** {@link #flush(TransportName)} for one message of whichever transport. */
    public OperatorResult flush(QueueId id) throws MessageStoreException {
        Instant now = flushes.begin();
        engine.postToDispatcher(Dispatcher::revive);
        return store.flush(id, now);
    }

    /** When the next failure of a message is its last. */
    public Instant expires(QueuedMessage message) {
        Instant created = message.envelope().created();
        return message.status().forcedExpire()
                ? created
                : created.plus(schedule(message).lifetime());
    }

    /** What an operator does to single messages. */
    public Operator operator() {
        return operator;
    }

    /** Whether somebody takes the mail of a transport, and it is not suspended. Never blocks. */
    public boolean moves(TransportName transport) {
        return !suspensions.covers(transport)
                && (consumed.contains(transport) || pushTransports().contains(transport));
    }

    /** What an operator has suspended. Never blocks. */
    public Set<Suspension> suspensions() {
        return suspensions.all();
    }

    /**
     * Has nothing tried there any more, over restarts and flushes, until it is resumed. Mail of a
     * transport stays where it is; mail for a destination is deferred without an attempt, and does not
     * expire meanwhile. What is under way ends as it may.
     *
     * @return false if it was suspended already
     */
    public boolean suspend(Suspension what) throws MessageStoreException {
        boolean added = suspensions.add(what);
        engine.postToDispatcher(Dispatcher::suspensionsChanged);
        return added;
    }

    /**
     * Ends a suspension. Mail that was deferred because of it waits for its time, or a flush.
     *
     * @return false if there was none like it
     */
    public boolean resume(Suspension what) throws MessageStoreException {
        boolean removed = suspensions.remove(what);
        engine.post(PullScheduler::available);
        return removed;
    }

    /** Another server has suspended something, or resumed it. */
    private void readSuspensions() {
        try {
            if (suspensions.readAgain()) {
                LOGGER.info("suspended by now: {}", suspensions.all());
                engine.postToDispatcher(Dispatcher::suspensionsChanged);
                engine.post(PullScheduler::available);
            }
        } catch (IllegalArgumentException e) {
            LOGGER.error("what another server has suspended is not understood", e);
        }
    }

    /** By what a message is kept from being tried, if by something that an operator suspended. */
    public Optional<Suspension> suspension(QueuedMessage message) {
        if (suspensions.all().isEmpty()) {
            return Optional.empty();
        }
        Dispatcher dispatcher = pushing.get();
        return suspensions
                .of(message.envelope().transport())
                .or(
                        () ->
                                Optional.ofNullable(dispatcher)
                                        .flatMap(pushes -> pushes.suspension(message)));
    }

    /** Refuses new mail, or takes it again; mail that comes of mail in work is taken all the time. */
    public void drain(boolean refuse) {
        draining.set(refuse);
    }

    /** Whether new mail is to be refused by whoever takes it in. */
    public boolean draining() {
        return draining.get();
    }

    /** How the destinations do that have something in work or are dead; none if it cannot be told. */
    public List<DestinationState> destinations() {
        return engine.ask(Dispatcher::destinations, ANSWER_TIME).orElse(List.of());
    }

    /** Which parts of a message wait for their turn or are under way; none for a pull transport. */
    public List<OpenDelivery> openDeliveries(QueueId id) {
        return engine.ask(dispatcher -> dispatcher.openDeliveries(id), ANSWER_TIME)
                .orElse(List.of());
    }

    private RetrySchedule schedule(QueuedMessage message) {
        RetrySchedule retry = settings.retry();
        return message.envelope().sender().isNullSender()
                ? new RetrySchedule(
                        retry.minimalBackoff(), retry.maximalBackoff(), settings.bounceLifetime())
                : retry;
    }

    /** How many messages are in work, for each transport that has any. */
    public Map<TransportName, Integer> inWork() {
        return workingSet.sizes();
    }

    /** What the store fails at, if it does; the trouble that has lasted longest. */
    public Optional<StoreTrouble> storeTrouble() {
        return health.trouble();
    }

    /**
     * Stops feeding the consumers, for good, and waits for what they have in work. Mail is still
     * accepted. A further call only waits.
     *
     * @return how many messages are still in work
     */
    public int drain(Duration timeout) throws InterruptedException {
        feeding.set(false);
        engine.post(PullScheduler::suspend);
        engine.postToDispatcher(Dispatcher::stop);
        workingSet.awaitEmpty(timeout);
        drained.set(true);
        return workingSet.size();
    }

    /**
     * Drains unless that was done, waiting up to the stop timeout; gives back what is still in work,
     * with nobody blamed; closes the store. A further call does nothing.
     */
    @Override
    public void close() throws MessageStoreException {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try {
            if (!drained.get()) {
                drain(settings.stopTimeout());
            }
            stopThreads();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workingSet.giveBackAll("the server stops");
        lastStep.get().run();
        closed.set(true);
        load.stop();
        store.close();
        awaitLoadEnd();
    }

    private void awaitLoadEnd() {
        try {
            load.awaitEnd(THREAD_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    PullSubscription subscribe(TransportName transport, Consumer<PulledMessage> consumer) {
        consumed.add(transport);
        SubscriberId id = new SubscriberId(transport, subscriptions.incrementAndGet());
        PullSubscription subscription = new PullSubscription(id, consumer, engine);
        engine.subscribed(id, new Puller(pullers, subscription, pullThread(id)));
        return subscription;
    }

    private void start() {
        SuspectScan scan = new SuspectScan(store, listener, health, engine, background);
        engine.onQueueRun(
                () -> {
                    scan.order();
                    operator.lookAgain();
                });
        store.listen(new StoreEvents());
        // They may have changed since they were read, when nobody listened yet.
        readSuspensions();
        engine.post(scheduler -> scheduler.pause(suspensions::covers));
        engineThread.start();
        load.start();
    }

    private void stopThreads() throws InterruptedException {
        engine.stop();
        engineThread.join(THREAD_END.toMillis());
        if (pushing.get() != null) {
            pushing.get().close(THREAD_END);
        }
        // Not before the engine has ended, which gives it work.
        background.shutdown();
        for (Puller puller : engine.pullers()) {
            puller.interrupt();
        }
        for (Puller puller : engine.pullers()) {
            puller.awaitEnd(THREAD_END);
        }
        background.awaitTermination(THREAD_END.toSeconds(), TimeUnit.SECONDS);
    }

    private static ThreadPoolExecutor pullThread(SubscriberId id) {
        ThreadPoolExecutor thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        EngineThreads.named("qmgr-pull-" + id));
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    private final class StoreEvents implements StoreListener {

        @Override
        public void available(TransportName transport) {
            engine.available(transport);
        }

        @Override
        public void corrupt(QueueId id, String reason) {
            listener.corrupt(id, reason);
        }

        @Override
        public void endedElsewhere(QueueId id) {
            operator.endedElsewhere(id);
        }

        @Override
        public void ordersChanged() {
            readSuspensions();
        }
    }
}
