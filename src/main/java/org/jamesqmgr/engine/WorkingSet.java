/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.lang.ref.Cleaner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jamesqmgr.engine.StoreTrouble.Activity;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All messages in work, and the ways in which work on a message ends. Safe for use by any thread;
 * blocks on the store.
 */
final class WorkingSet {

    /** Hears that a message is no longer in work. */
    interface Ended {
        void ended(Work work);

        /** A message is in work as something else: for the consumer of another transport. */
        void goesOn(Work before, PulledMessage now);

        /** The message can be claimed again. */
        void claimable(Work work);
    }

    /** Takes in the messages that the work on another one has made. */
    interface Successors {

        /** Durable on return, or not accepted at all. */
        default void accept(List<HandOver> handOvers) throws MessageStoreException {
            accept(handOvers, () -> {});
        }

        /**
         * Durable on return, or not accepted at all.
         *
         * @param last done when all are safe and before anybody can claim one; if it fails, none is
         *     accepted
         */
        void accept(List<HandOver> handOvers, Last last) throws MessageStoreException;

        /** What must not fail once they are accepted. */
        @FunctionalInterface
        interface Last {
            void step() throws MessageStoreException;
        }
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(WorkingSet.class);

    /** What makes undone what the work has made of a message. */
    private static final Set<Intention.Kind> UNMAKES =
            EnumSet.of(Intention.Kind.DELETE, Intention.Kind.REQUEUE);

    private static final long RETRY_SECONDS = 5;
    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    private final Clock clock;
    private final EngineSettings settings;
    private final QueueEventListener listener;
    private final StoreHealth health;
    private final Ended scheduler;
    private final Executor background;
    private final Successors successors;
    private final Set<Work> works = ConcurrentHashMap.newKeySet();
    private final Map<QueueId, Work> worksById = new ConcurrentHashMap<>();
    private final Cleaner cleaner = Cleaner.create(EngineThreads.named("qmgr-dropped"));
    private final ReentrantLock emptyLock = new ReentrantLock();
    private final Condition empty = emptyLock.newCondition();

    /**
     * @param background for what must be tried again later; may block
     */
    WorkingSet(
            Clock clock,
            EngineSettings settings,
            QueueEventListener listener,
            StoreHealth health,
            Ended scheduler,
            Executor background,
            Successors successors) {
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.health = health;
        this.scheduler = scheduler;
        this.background = background;
        this.successors = successors;
    }

    Work add(MessageLease lease) {
        Work work = new Work(lease);
        add(work);
        return work;
    }

    private void add(Work work) {
        works.add(work);
        worksById.put(work.claimed().id(), work);
    }

    /** The work on a message, if it is known yet and not over. */
    Optional<Work> find(QueueId id) {
        return Optional.ofNullable(worksById.get(id)).filter(work -> !work.ended());
    }

    /** The message as its consumer sees it; given back if that object is dropped without an ending. */
    PulledMessage handOut(Work work) {
        PulledMessage message = new PulledMessage(work, this);
        cleaner.register(message, () -> giveBackUntilDone(work, "its consumer dropped it"));
        return message;
    }

    void begin(Work work) throws MessageStoreException {
        work.begin(lease -> lease.begin(clock.instant()));
    }

    void failed(Work work, String where, String what, Optional<Throwable> cause) {
        listener.consumerFailed(work.claimed(), where, what, cause);
    }

    void complete(Work work) throws MessageStoreException {
        endForGood(work, MessageLease::complete);
    }

    /**
     * First the new messages are safe, then the old one goes: a crash in between repeats work. One of
     * them takes the place of the old one if it can, which costs no new file.
     */
    void complete(Work work, List<HandOver> handOvers) throws MessageStoreException {
        Optional<Intention.Kind> intended = work.intention().map(Intention::kind);
        if (intended.filter(UNMAKES::contains).isPresent()) {
            giveBack(work, "an operator wants it");
        } else if (intended.equals(Optional.of(Intention.Kind.HOLD))) {
            String reason = work.intention().orElseThrow().reason();
            leave(work, handOvers.stream().map(made -> made.held(reason)).toList());
        } else {
            replace(work, handOvers);
        }
    }

    private void replace(Work work, List<HandOver> handOvers) throws MessageStoreException {
        Optional<HandOver> successor =
                handOvers.stream()
                        .filter(made -> made.start() == HandOver.Start.READY)
                        .filter(made -> made.derived().isPresent())
                        .findFirst()
                        .filter(made -> work.mayGoOn());
        if (successor.isPresent()) {
            goOn(work, successor.get(), handOvers);
        } else {
            leave(work, handOvers);
        }
    }

    private void goOn(Work work, HandOver successor, List<HandOver> all)
            throws MessageStoreException {
        List<HandOver> others = new ArrayList<>(all);
        others.remove(successor);
        DerivedContent content = successor.derived().orElseThrow();
        Work.Action action =
                lease ->
                        successors.accept(
                                others, () -> lease.goOn(successor.envelope(), content)); // commit
        Optional<Work> next = inStore(work, "hand-over", () -> work.goOn(action));
        next.ifPresent(now -> goesOn(work, now, successor));
    }

    /** From here on the one before is nobody's business any more, whatever happens. */
    private void goesOn(Work before, Work now, HandOver successor) {
        add(now);
        try {
            listener.handedOver(now.claimed(), successor.provenance().get());
            scheduler.goesOn(before, handOut(now));
        } finally {
            remove(before);
        }
    }

    private void leave(Work work, List<HandOver> handOvers) throws MessageStoreException {
        Work.Action completion =
                lease -> {
                    successors.accept(handOvers); // commit
                    lease.complete();
                };
        endForGood(work, completion);
    }

    void retry(Work work, String reason) throws MessageStoreException {
        retry(work, reason, work.message().status().marks());
    }

    void retry(Work work, String reason, Set<Mark> marks) throws MessageStoreException {
        Instant created = work.claimed().envelope().created();
        MessageStatus status =
                work.message().status().deferred(nextAttempt(created), reason).withMarks(marks);
        defer(work, lease -> lease.defer(status), status);
    }

    void reenqueue(Work work, Envelope changed, String reason) throws MessageStoreException {
        Instant due = nextAttempt(changed.created());
        MessageStatus status = work.message().status().deferred(due, reason);
        defer(work, lease -> replaceAndDefer(lease, changed, status), status);
    }

    void reenqueueAt(Work work, Envelope changed, Instant due) throws MessageStoreException {
        reenqueueAt(work, changed, due, List.of());
    }

    void reenqueueAt(Work work, Envelope changed, Instant due, List<HandOver> handOvers)
            throws MessageStoreException {
        MessageStatus status = work.message().status().rescheduled(due);
        Work.Action action =
                lease -> {
                    successors.accept(handOvers);
                    replaceAndDefer(lease, changed, status);
                };
        defer(work, action, status);
    }

    void reject(Work work, String reason) throws MessageStoreException {
        Instant created = work.claimed().envelope().created();
        MessageStatus status = work.message().status().rejected(nextAttempt(created), reason);
        if (settings.rejection().holds(status.rejections())) {
            hold(work, status.because("refused " + status.rejections() + " times: " + reason));
        } else {
            end(
                    work,
                    "deferral",
                    lease -> lease.defer(status),
                    () -> listener.rejected(work.message(), status));
        }
    }

    void hold(Work work, Envelope changed, String reason) throws MessageStoreException {
        MessageStatus status = work.message().status().because(reason);
        Work.Action action =
                lease -> {
                    lease.replaceEnvelope(changed);
                    lease.hold(status);
                };
        end(work, "hold", action, () -> listener.held(work.message(), reason));
    }

    void giveBack(Work work, String reason) throws MessageStoreException {
        end(
                work,
                "return to incoming",
                MessageLease::giveBack,
                () -> {
                    scheduler.claimable(work);
                    listener.givenBack(work.message(), reason);
                });
    }

    /** Leaves a message in incoming that was claimed for nobody. */
    void letWait(Work work) {
        try {
            end(
                    work,
                    "return to incoming",
                    MessageLease::giveBack,
                    () -> scheduler.claimable(work));
        } catch (MessageStoreException e) {
            giveBackUntilDone(work, "it could not be left in incoming");
        }
    }

    /**
     * Gives a message back that nobody holds any more. Should the store fail, this is tried again
     * until it does not: otherwise the message would be stuck until the next start.
     */
    void giveBackUntilDone(Work work, String reason) {
        try {
            if (!work.ended()) {
                giveBack(work, reason);
            }
        } catch (MessageStoreException e) {
            CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, background)
                    .execute(() -> giveBackUntilDone(work, reason));
        }
    }

    /**
     * Gives back whatever is in work. Where the store fails the lease is left to it: the message is
     * claimable again at the next start.
     */
    void giveBackAll(String reason) {
        for (Work work : works) {
            try {
                giveBack(work, reason);
            } catch (MessageStoreException e) {
                work.abandon();
                remove(work);
            }
        }
    }

    int size() {
        return works.size();
    }

    Map<TransportName, Integer> sizes() {
        return works.stream()
                .collect(
                        Collectors.toMap(
                                work -> work.claimed().envelope().transport(),
                                work -> 1,
                                Integer::sum));
    }

    /**
     * Waits until nothing is in work. Meanwhile it has the collector look for messages that were
     * dropped without an ending, more and more rarely: consumers that were stopped drop many.
     *
     * @return whether that came true in time
     */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        long slice = FIRST_LOOK.toNanos();
        while (nanos > 0 && !await(Math.min(slice, nanos))) {
            System.gc();
            nanos -= slice;
            slice *= 2;
        }
        return works.isEmpty();
    }

    private boolean await(long nanos) throws InterruptedException {
        long left = nanos;
        emptyLock.lockInterruptibly();
        try {
            while (!works.isEmpty() && left > 0) {
                left = empty.awaitNanos(left);
            }
            return works.isEmpty();
        } finally {
            emptyLock.unlock();
        }
    }

    private Instant nextAttempt(Instant created) {
        return settings.retry().nextAttempt(created, clock.instant());
    }

    private static void replaceAndDefer(MessageLease lease, Envelope changed, MessageStatus status)
            throws MessageStoreException {
        lease.replaceEnvelope(changed);
        lease.defer(status);
    }

    private void defer(Work work, Work.Action action, MessageStatus status)
            throws MessageStoreException {
        end(
                work,
                "deferral",
                new Ending(
                        action,
                        () -> listener.deferred(work.message(), status),
                        Optional.empty(),
                        status.marks()));
    }

    private void hold(Work work, MessageStatus status) throws MessageStoreException {
        end(
                work,
                "hold",
                lease -> lease.hold(status),
                () -> listener.held(work.message(), status.reason()));
    }

    /**
     * Ends work in the store and then tells everybody. Last of all it leaves the set: when the set is
     * empty nothing of what was in it is still to be told.
     */
    private void end(Work work, String ending, Work.Action action, Runnable news)
            throws MessageStoreException {
        end(
                work,
                ending,
                new Ending(action, news, Optional.empty(), work.message().status().marks()));
    }

    private void end(Work work, String name, Ending usual) throws MessageStoreException {
        AtomicReference<Ending> taken = new AtomicReference<>(usual);
        // Looked up while the work cannot be changed: what is noted later comes too late, and is
        // told so.
        Work.Action action =
                lease -> {
                    taken.set(
                            work.intention()
                                    .map(wanted -> end(work, wanted, usual.marks()))
                                    .orElse(usual));
                    taken.get().action().on(lease);
                };
        if (endInStore(work, name, action)) {
            try {
                scheduler.ended(work);
                taken.get().news().run();
                taken.get().intended().ifPresent(wanted -> wanted.ended(true));
            } finally {
                remove(work);
            }
        }
    }

    /**
     * How work is ended in the store, and what is told afterwards.
     *
     * @param intended whose wish this is, if it is an operator's
     * @param marks what is known of reports by then, whichever way it ends
     */
    private record Ending(
            Work.Action action, Runnable news, Optional<Intention> intended, Set<Mark> marks) {}

    private Ending end(Work work, Intention wanted, Set<Mark> marks) {
        MessageStatus status = work.message().status().withMarks(marks);
        return switch (wanted.kind()) {
            case DELETE ->
                    ending(
                            wanted,
                            MessageLease::complete,
                            () -> listener.deleted(work.claimed().id()));
            case HOLD, REQUEUE ->
                    ending(
                            wanted,
                            lease -> lease.hold(held(status, wanted)),
                            () -> listener.held(work.message(), wanted.reason()));
            case EXPIRE ->
                    ending(
                            wanted,
                            lease -> lease.defer(status.expiring()),
                            () -> listener.deferred(work.message(), status.expiring()));
            case GIVE_BACK ->
                    ending(
                            wanted,
                            MessageLease::giveBack,
                            () -> {
                                scheduler.claimable(work);
                                listener.givenBack(work.message(), wanted.reason());
                            });
        };
    }

    private static MessageStatus held(MessageStatus status, Intention wanted) {
        MessageStatus because = status.because(wanted.reason());
        return wanted.expiring() ? because.expiring() : because;
    }

    private static Ending ending(Intention wanted, Work.Action action, Runnable news) {
        return new Ending(action, news, Optional.of(wanted), Set.of());
    }

    /** As {@link #end}, for what is done with: no operator has a say any more. */
    private void endForGood(Work work, Work.Action action) throws MessageStoreException {
        if (endInStore(work, "completion", action)) {
            scheduler.ended(work);
            listener.done(work.message());
            remove(work);
            work.intention().ifPresent(wanted -> wanted.ended(false));
        }
    }

    private boolean endInStore(Work work, String ending, Work.Action action)
            throws MessageStoreException {
        return inStore(work, ending, () -> work.end(action) ? Optional.of(work) : Optional.empty())
                .isPresent();
    }

    @FunctionalInterface
    private interface Step {
        Optional<Work> take() throws MessageStoreException;
    }

    private Optional<Work> inStore(Work work, String ending, Step step)
            throws MessageStoreException {
        try {
            Optional<Work> result = step.take();
            if (result.isEmpty()) {
                LOGGER.warn("{}: {} ignored, it was ended before", work.claimed().id(), ending);
            } else {
                health.succeeded(Activity.END);
            }
            return result;
        } catch (MessageStoreException e) {
            health.failed(Activity.END, e);
            listener.endingFailed(work.message(), ending, e);
            throw e;
        }
    }

    private void remove(Work work) {
        works.remove(work);
        worksById.remove(work.claimed().id(), work);
        if (works.isEmpty()) {
            emptyLock.lock();
            try {
                empty.signalAll();
            } finally {
                emptyLock.unlock();
            }
        }
    }
}
