/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.Action;
import org.jamesqmgr.schedule.ActiveMessage;
import org.jamesqmgr.schedule.DeliveryScheduler;
import org.jamesqmgr.schedule.DestinationState;
import org.jamesqmgr.schedule.QueueEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the push transports: gives the scheduler what became active, has its orders carried out on
 * the threads of the transports, and asks the store for as much as it has room for.
 *
 * <p>Run in the engine, but for what says otherwise. Never blocks.
 */
final class Dispatcher {

    /**
     * What it is made of.
     *
     * @param expired whether a message that just failed is past its lifetime
     * @param age how old it is then
     * @param flushed whether an operator made a message due
     * @param suspensions what an operator has suspended
     */
    record Context(
            Clock clock,
            EngineSettings settings,
            QueueEventListener listener,
            EngineLoop engine,
            Predicate<QueuedMessage> expired,
            Function<QueuedMessage, Duration> age,
            Predicate<QueuedMessage> flushed,
            Suspensions suspensions) {}

    private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);

    private static final long RETRY_SECONDS = 5;

    private final Context context;
    private final DeliveryScheduler scheduler;
    private final DeliveryPools pools = new DeliveryPools();
    private final Map<QueueId, ActiveDelivery> deliveries = new HashMap<>();
    private final Map<TransportName, PullSubscription> feeds;
    private volatile DeliveryPlan plan;
    private volatile Deliverer deliverer;
    private final Action.Visitor orders = new Orders();
    private final AtomicBoolean brokenOff = new AtomicBoolean();
    private boolean stopping;

    /**
     * @param subscribe makes a consumer of each transport
     */
    Dispatcher(Context context, DeliveryPlan plan, Subscribe subscribe) {
        this.context = context;
        this.plan = plan;
        this.deliverer = deliverer(plan);
        this.scheduler =
                new DeliveryScheduler(context.settings().limits(), deadTime(), plan.limits());
        this.feeds = new HashMap<>();
        for (TransportName name : plan.transports().keySet()) {
            feeds.put(name, subscribe.to(name, this::activate));
        }
    }

    /** Makes somebody a consumer of a transport. */
    @FunctionalInterface
    interface Subscribe {
        PullSubscription to(TransportName transport, Consumer<PulledMessage> consumer);
    }

    Set<TransportName> transports() {
        return Set.copyOf(plan.transports().keySet());
    }

    /** Those whose agents take no message apart, so that none brings the server down. */
    Set<TransportName> blameless() {
        return plan.transports().values().stream()
                .filter(transport -> !transport.agent().parsesContent())
                .map(PushTransport::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** From the next activation on this is how mail is delivered. */
    void reconfigure(DeliveryPlan changed) {
        plan = changed;
        deliverer = deliverer(changed);
        scheduler.reconfigure(deadTime(), changed.limits());
    }

    /** Forgets which destinations are dead. */
    void revive() {
        scheduler.revive();
    }

    List<DestinationState> destinations() {
        return scheduler.destinations();
    }

    /** What is to be done now; demand goes to {@code demand}. */
    void act(Instant now, BiConsumer<PullSubscription, Integer> demand, Runnable lanesOpened) {
        scheduler.decide(now).forEach(this::carryOut);
        feeds.forEach(
                (name, feed) -> {
                    if (feed.lanes(scheduler.closedLanes(name))) {
                        lanesOpened.run();
                    }
                    int wanted = stopping ? 0 : scheduler.request(name);
                    if (wanted > 0) {
                        demand.accept(feed, wanted);
                    }
                });
    }

    Optional<Instant> nextTimer() {
        return scheduler.nextTimer();
    }

    /** Begins no more deliveries, and gives back the messages of which none is under way. */
    void stop() {
        stopping = true;
        scheduler.suspend();
        List.copyOf(deliveries.values()).forEach(this::giveBackIfWaiting);
    }

    /**
     * Breaks off what is under way: those messages are given back, with nothing held against them or
     * their destinations. Called after the engine has ended.
     */
    void close(Duration timeout) throws InterruptedException {
        brokenOff.set(true);
        plan.transports().values().forEach(transport -> transport.agent().close());
        pools.close(timeout);
    }

    /** Each on its own: what fails must not take the others with it, which the scheduler counts on. */
    private void carryOut(Action action) {
        try {
            action.accept(orders);
        } catch (RuntimeException | Error e) {
            context.listener().engineFailed(e);
            LOGGER.error("failed at {}", action, e);
        }
    }

    /**
     * A message was claimed. On the thread that claims, which may block. Never throws: that would be the
     * end of all mail of the transport.
     */
    private void activate(PulledMessage pulled) {
        try {
            route(pulled);
        } catch (RuntimeException | Error e) {
            TransportName transport = pulled.claimed().envelope().transport();
            context.engine().run(() -> scheduler.activatedWithoutRecipients(transport));
            deliverer.putBack(pulled, e);
        }
    }

    /**
     * Returns a message to its sender if an operator wants that of one that waits for a consumer. On the
     * thread that claims, which may block. Never throws.
     *
     * @return false if it is the consumer's; a message of our own transports always is
     */
    boolean returned(PulledMessage pulled) {
        QueuedMessage message = pulled.claimed();
        if (!message.status().forcedExpire() || feeds.containsKey(message.envelope().transport())) {
            return false;
        }
        try {
            deliverer.finish(new ActiveDelivery(pulled, context.clock().instant(), 0));
        } catch (RuntimeException | Error e) {
            deliverer.putBack(pulled, e);
        }
        return true;
    }

    /**
     * A message goes on for one of the transports. On the thread that handed it over. Is delivered
     * right away where there is room for it, and waits in incoming otherwise.
     *
     * @param room whether the active queue has room; asked once, in the engine
     */
    void offer(PulledMessage pulled, BooleanSupplier room) {
        Optional<Offer> plain = plainly(pulled);
        context.engine().run(() -> offered(pulled, room, plain));
    }

    /** A message as it would be delivered right away, and what the scheduler has to know of it. */
    private record Offer(ActiveDelivery delivery, ActiveMessage active) {}

    /** Empty for what is not quite plain, and for what we fail on: that is claimed like any other. */
    private Optional<Offer> plainly(PulledMessage pulled) {
        QueuedMessage message = pulled.claimed();
        try {
            Activation activation = Activation.of(message, plan, false, context.suspensions());
            boolean plain =
                    pulled.intended().isEmpty()
                            && activation.refused().isEmpty()
                            && !activation.destinations().isEmpty()
                            && feeds.containsKey(message.envelope().transport());
            return plain
                    ? Optional.of(
                            new Offer(
                                    activation.delivery(pulled, context.clock().instant()),
                                    activation.forScheduler(message)))
                    : Optional.empty();
        } catch (RuntimeException | Error e) {
            context.listener().engineFailed(message, e);
            LOGGER.error("{}: cannot be delivered right away", message.id(), e);
            return Optional.empty();
        }
    }

    private void offered(PulledMessage pulled, BooleanSupplier room, Optional<Offer> plain) {
        Optional<Offer> taken = Optional.empty();
        try {
            boolean mayStay = room.getAsBoolean() && !stopping;
            taken = plain.filter(offer -> mayStay && taken(offer.active()));
        } catch (RuntimeException | Error e) {
            LOGGER.error("{}: cannot be delivered right away", pulled.claimed().id(), e);
        }
        taken.ifPresentOrElse(
                offer -> {
                    deliveries.put(offer.active().id(), offer.delivery());
                    if (offer.delivery().pulled().intended().isPresent()) {
                        withdraw(offer.active().id());
                    } else {
                        stopIfSuspended(offer.delivery());
                    }
                },
                () -> execute(pools::finishing, pulled::letWait));
    }

    private boolean taken(ActiveMessage active) {
        return scheduler.offered(active, context.clock().instant());
    }

    private void route(PulledMessage pulled) {
        QueuedMessage message = pulled.message();
        Activation activation =
                Activation.of(
                        message, plan, context.flushed().test(message), context.suspensions());
        ActiveDelivery delivery = activation.delivery(pulled, context.clock().instant());
        if (activation.suspended()) {
            delivery.suspended();
        }
        Deliverer current = deliverer;
        activation
                .refused()
                .forEach((reason, recipients) -> current.refuse(delivery, recipients, reason));
        if (activation.destinations().isEmpty()) {
            TransportName transport = message.envelope().transport();
            context.engine().run(() -> scheduler.activatedWithoutRecipients(transport));
            current.finish(delivery);
        } else {
            ActiveMessage active = activation.forScheduler(message);
            context.engine().run(() -> activated(delivery, active));
        }
    }

    private void activated(ActiveDelivery delivery, ActiveMessage active) {
        boolean admitted;
        try {
            admitted = scheduler.activated(active, context.clock().instant());
        } catch (RuntimeException | Error e) {
            execute(pools::finishing, () -> deliverer.putBack(delivery.pulled(), e));
            return;
        }
        if (!admitted || stopping) {
            giveBack(delivery, stopping ? "the server stops" : "its destination has its share");
            return;
        }
        deliveries.put(active.id(), delivery);
        if (delivery.pulled().intended().isPresent()) {
            withdraw(active.id());
        } else {
            stopIfSuspended(delivery);
        }
    }

    /**
     * An operator wants this message, and has noted what for: of what has not begun nothing begins any
     * more, and the message is ended when nothing is under way.
     *
     * @return whether nothing is; false also for a message that is not here
     */
    boolean withdraw(QueueId id) {
        ActiveDelivery delivery = deliveries.get(id);
        if (delivery == null) {
            return false;
        }
        DeliveryScheduler.Withdrawal withdrawal = scheduler.withdraw(id);
        if (withdrawal.last()) {
            deliveries.remove(id);
        }
        if (withdrawal.recipients() > 0 && delivery.settle(withdrawal.recipients())) {
            execute(pools::finishing, () -> deliverer.finish(delivery));
        }
        return withdrawal.last();
    }

    /** An operator has suspended something: what is not under way goes back to wait. */
    void suspensionsChanged() {
        List.copyOf(deliveries.values()).forEach(this::stopIfSuspended);
    }

    private void stopIfSuspended(ActiveDelivery delivery) {
        QueuedMessage message = delivery.message();
        // First what costs nothing: the scheduler has to look through all that is active.
        boolean stops =
                context.suspensions().covers(message.envelope().transport())
                        && !delivery.underWay()
                        && scheduler.onlyWaits(message.id());
        if (stops) {
            execute(pools::finishing, () -> takeBack(delivery));
        }
    }

    /** Not in the engine: a note waits for who changes the message. */
    private void takeBack(ActiveDelivery delivery) {
        delivery.pulled().intendToGiveBack(Suspensions.STATUS.reason());
        context.engine().run(() -> withdraw(delivery.message().id()));
    }

    /** What of a message waits for its turn, and what is under way. */
    List<OpenDelivery> openDeliveries(QueueId id) {
        return scheduler.openEntries(id).stream()
                .map(
                        open ->
                                new OpenDelivery(
                                        open.destination(), open.recipients(), open.underWay()))
                .toList();
    }

    /** By which suspension a pending recipient is not tried, if by one. For any thread. */
    Optional<Suspension> suspension(QueuedMessage message) {
        DeliveryPlan current = plan;
        if (!current.transports().containsKey(message.envelope().transport())) {
            return Optional.empty();
        }
        return message.pendingRecipients().stream()
                .flatMap(
                        to ->
                                context
                                        .suspensions()
                                        .of(
                                                current.router().route(message.envelope(), to),
                                                to.getDomain().asString())
                                        .stream())
                .findFirst();
    }

    private boolean isSuspended(QueueEntry entry) {
        return entry.recipients().stream()
                .anyMatch(
                        to ->
                                context.suspensions()
                                        .of(entry.destination(), to.getDomain().asString())
                                        .isPresent());
    }

    private void deliver(QueueEntry entry) {
        ActiveDelivery delivery = deliveries.get(entry.message());
        Destination to = entry.destination();
        if (isSuspended(entry)) {
            delivery.suspended();
            suspend(entry, Suspensions.STATUS);
            return;
        }
        PushTransport transport = plan.transports().get(to.transport());
        if (transport == null) {
            suspend(entry, Activation.NO_TRANSPORT);
            return;
        }
        delivery.begun();
        execute(
                () -> pools.of(to.transport(), transport.limits().processes()),
                () -> deliverer.deliver(delivery, entry, transport.agent()));
    }

    private void suspend(QueueEntry entry, DeliveryStatus reason) {
        ActiveDelivery delivery = deliveries.get(entry.message());
        delivery.begun();
        execute(pools::finishing, () -> deliverer.suspend(delivery, entry, reason));
    }

    /** Where there is no thread to be had just now there is one later. */
    private void execute(Supplier<Executor> pool, Runnable task) {
        try {
            pool.get().execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            context.listener().engineFailed(e);
            LOGGER.error("no thread to be had, tried again soon", e);
            CompletableFuture.delayedExecutor(
                            RETRY_SECONDS, TimeUnit.SECONDS, context.engine()::run)
                    .execute(() -> execute(pool, task));
        }
    }

    /** On a thread of a transport. */
    private void ended(QueueEntry entry, Optional<DeliveryStatus> siteFailure) {
        context.engine().run(() -> settled(entry, siteFailure));
    }

    private void settled(QueueEntry entry, Optional<DeliveryStatus> siteFailure) {
        boolean last = scheduler.ended(entry, siteFailure, context.clock().instant());
        ActiveDelivery delivery = deliveries.get(entry.message());
        delivery.over();
        if (last) {
            deliveries.remove(entry.message());
        } else if (stopping) {
            giveBackIfWaiting(delivery);
        }
    }

    private void giveBackIfWaiting(ActiveDelivery delivery) {
        if (!delivery.underWay()) {
            giveBack(delivery, "the server stops");
        }
    }

    private void giveBack(ActiveDelivery delivery, String reason) {
        execute(pools::finishing, () -> deliverer.giveBack(delivery, reason));
    }

    private Deliverer deliverer(DeliveryPlan how) {
        return new Deliverer(
                context.clock(),
                new DeliveryEnding(
                        how.followUp(),
                        context.expired(),
                        message -> late(message, how.delayWarningTime()),
                        context.listener()),
                context.listener(),
                pools.finishing(),
                how.softBounce(),
                this::ended,
                brokenOff::get);
    }

    private boolean late(QueuedMessage message, Duration warningTime) {
        return !warningTime.isZero() && context.age().apply(message).compareTo(warningTime) >= 0;
    }

    private Duration deadTime() {
        return context.settings().retry().minimalBackoff();
    }

    /** What the scheduler wants done or known. */
    private final class Orders implements Action.Visitor {

        @Override
        public void deliver(Action.Deliver action) {
            Dispatcher.this.deliver(action.entry());
        }

        @Override
        public void suspend(Action.Suspend action) {
            Dispatcher.this.suspend(action.entry(), action.status());
        }

        @Override
        public void died(Action.Died action) {
            context.listener()
                    .destinationDead(action.destination(), action.reason(), action.until());
        }

        @Override
        public void revived(Action.Revived action) {
            context.listener().destinationAlive(action.destination());
        }

        @Override
        public void clogs(Action.Clogs action) {
            context.listener().destinationClogs(action.destination(), action.messages());
        }
    }
}
