/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueItemDecoratorFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.engine.PullSubscription;
import org.jamesqmgr.engine.PullTransport;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.james.mail.MailContent;
import org.jamesqmgr.james.mail.WatchedContent;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.Transports;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/**
 * A James mail queue, which is a transport of the one queue manager: what is put in is safe on
 * return, what is taken out stays until its consumer reports success.
 *
 * <p>New mail is refused while there is no room for it ({@link NewMail}). Mail that is put back, or
 * passed on from another queue, is not. Mail to our double-bounce address that is put into the queue
 * of the pipeline is thrown away.
 *
 * <p>Any number of consumers may subscribe; each message goes to one of them, and none gets more
 * than it asked for. A consumer may block while it takes a message. {@link #close} does nothing: the
 * queue is shared, and one consumer's end is not that of the others.
 *
 * <p>Safe for use by any thread.
 */
public final class QmgrMailQueue implements ManageableMailQueue {

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrMailQueue.class);

    /** What all mail queues share. */
    record Desk(
            QueueManager queueManager,
            MessageStore store,
            Transports transports,
            NewMail newMail,
            MailCodec codec,
            PipelineRetries retries,
            OpenRuns runs,
            MailQueueItemDecoratorFactory decorator,
            DoubleBounces doubleBounces,
            MetricFactory metrics,
            Clock clock) {}

    private final Desk desk;
    private final MailQueueName name;
    private final TransportName transportName;
    private final PullTransport transport;
    private final Metric enqueued;
    private final Metric dequeued;

    QmgrMailQueue(Desk desk, MailQueueName name) {
        this.desk = desk;
        this.name = name;
        this.transportName = new TransportName(name.asString());
        this.transport = desk.queueManager().pull(transportName);
        this.enqueued = desk.metrics().generate(ENQUEUED_METRIC_NAME_PREFIX + name.asString());
        this.dequeued = desk.metrics().generate(DEQUEUED_METRIC_NAME_PREFIX + name.asString());
    }

    @Override
    public MailQueueName getName() {
        return name;
    }

    @Override
    public void enQueue(Mail mail) throws MailQueueException {
        enQueue(mail, Optional.empty());
    }

    @Override
    public void enQueue(Mail mail, Duration delay) throws MailQueueException {
        enQueue(mail, Optional.of(delay));
    }

    @Override
    public Publisher<Void> enqueueReactive(Mail mail) {
        return Mono.create(
                sink -> {
                    try {
                        enQueue(mail);
                        sink.success();
                    } catch (MailQueueException e) {
                        sink.error(e);
                    }
                });
    }

    private void enQueue(Mail mail, Optional<Duration> delay) throws MailQueueException {
        TimeMetric time = desk.metrics().timer(ENQUEUED_TIMER_METRIC_NAME_PREFIX + name.asString());
        try {
            Optional<QmgrMailQueueItem> origin = origin(mail, delay);
            if (origin.isEmpty()) {
                if (!passesOn()) {
                    desk.newMail().admit(mail);
                }
                submit(mail, envelope(mail, delay));
            } else if (!origin.get().takeBack(mail, delay)) {
                submit(mail, origin.get().successor(mail, delay));
            }
            if (desk.transports().agent(transportName).isEmpty()) {
                // The others are counted with the mail that comes to them another way.
                enqueued.increment();
            }
        } finally {
            time.stopAndPublish();
        }
    }

    /** The item this mail came from, if its consumer is putting it back. */
    private Optional<QmgrMailQueueItem> origin(Mail mail, Optional<Duration> delay) {
        return desk.runs()
                .current()
                .filter(QmgrMailQueueItem.class::isInstance)
                .map(QmgrMailQueueItem.class::cast)
                .filter(item -> item.cameFrom(transportName))
                .filter(item -> item.isReturned(mail, delay));
    }

    /**
     * Whether a consumer of another queue puts mail on its way. It is not new, and to refuse it would
     * keep what fills the disk from leaving; what a consumer of this queue makes anew can wait.
     */
    private boolean passesOn() {
        return desk.runs()
                .current()
                .map(run -> !run.message().envelope().transport().equals(transportName))
                .orElse(false);
    }

    private Envelope envelope(Mail mail, Optional<Duration> delay) throws MailQueueException {
        return desk.codec()
                .envelopeOf(
                        mail, transportName, desk.clock().instant(), delay.orElse(Duration.ZERO));
    }

    private void submit(Mail mail, Envelope envelope) throws MailQueueException {
        if (desk.queueManager().draining() && desk.runs().current().isEmpty()) {
            throw new MailQueueException("the queues are being drained: no new mail for now");
        }
        if (!name.equals(MailQueueFactory.SPOOL) || !desk.doubleBounces().anyIn(envelope)) {
            submitAll(mail, envelope);
            return;
        }
        Envelope others = desk.doubleBounces().removedFrom(envelope);
        if (!others.recipients().isEmpty()) {
            submitAll(mail, others);
        }
        desk.doubleBounces().discarded(envelope);
    }

    private void submitAll(Mail mail, Envelope envelope) throws MailQueueException {
        try {
            WatchedContent content = new WatchedContent(MailContent.of(mail));
            desk.queueManager()
                    .submit(envelope, content, () -> MailOrigin.of(mail, content, desk.runs()));
        } catch (MessageStoreException e) {
            throw new MailQueueException(
                    "cannot queue " + mail.getName() + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws UnsupportedOperationException if the queue manager delivers for this transport itself: at
     *     once, so that whoever is configured to do it too fails at the start
     */
    @Override
    public Publisher<MailQueueItem> deQueue() {
        desk.transports().agent(transportName).ifPresent(this::refuse);
        return Flux.<QmgrMailQueueItem>create(this::feed, FluxSink.OverflowStrategy.BUFFER)
                .doOnDiscard(QmgrMailQueueItem.class, QmgrMailQueueItem::giveBack)
                .map(this::handOut);
    }

    private void refuse(AgentKind agent) {
        throw new UnsupportedOperationException(
                ("%1$s is a transport of the queue manager, whose agent %2$s delivers its mail; what"
                                + " delivers mail itself, as RemoteDelivery does, needs a mail queue of"
                                + " another name (not one of %3$s)")
                        .formatted(
                                transportName,
                                agent.name().toLowerCase(Locale.ROOT),
                                desk.transports()));
    }

    private void feed(FluxSink<QmgrMailQueueItem> sink) {
        PullSubscription subscription =
                transport.subscribe(
                        pulled ->
                                sink.next(
                                        new QmgrMailQueueItem(
                                                pulled,
                                                desk.codec(),
                                                desk.retries(),
                                                desk.runs(),
                                                desk.clock())));
        sink.onDispose(subscription::cancel);
        sink.onRequest(subscription::request);
    }

    private MailQueueItem handOut(QmgrMailQueueItem item) {
        dequeued.increment();
        return desk.decorator().decorate(item, name);
    }

    @Override
    public long getSize() {
        return desk.store().count(transportName);
    }

    /** Scheduled mail, too. Where the queue manager delivers, also what waits for nothing but a flush. */
    @Override
    public long flush() throws MailQueueException {
        long flushed = count(this::makeDue);
        LOGGER.info("{}: {} messages made due by an administrator", transportName, flushed);
        return flushed;
    }

    private long makeDue() throws MessageStoreException {
        return desk.queueManager().pushTransports().contains(transportName)
                ? desk.queueManager().flush(transportName)
                : desk.store().flushAll(transportName, desk.clock().instant());
    }

    @Override
    public long clear() throws MailQueueException {
        long removed = count(() -> desk.store().removeAll(transportName));
        LOGGER.info("{}: {} messages removed by an administrator", transportName, removed);
        return removed;
    }

    @Override
    public long remove(Type type, String value) throws MailQueueException {
        Predicate<QueuedMessage> matches = matcher(type, value);
        List<QueuedMessage> found =
                browsable().filter(QmgrMailQueue::mayGo).filter(matches).toList();
        return count(
                () -> {
                    long removed = 0;
                    for (QueuedMessage message : found) {
                        removed += remove(message) ? 1 : 0;
                    }
                    return removed;
                });
    }

    private boolean remove(QueuedMessage message) throws MessageStoreException {
        boolean removed = desk.store().remove(message.id()) == OperatorResult.DONE;
        if (removed) {
            LOGGER.info("{}: removed by an administrator", message.id());
        }
        return removed;
    }

    private Predicate<QueuedMessage> matcher(Type type, String value) {
        return switch (type) {
            case Name -> message -> nameIs(message, value);
            case Sender -> message -> message.envelope().sender().asString().equals(value);
            case Recipient ->
                    message ->
                            message.pendingRecipients().stream()
                                    .anyMatch(recipient -> recipient.asString().equals(value));
        };
    }

    private boolean nameIs(QueuedMessage message, String value) {
        try {
            return desk.codec().nameOf(message.envelope()).equals(value);
        } catch (MailQueueException e) {
            return false;
        }
    }

    /** What nobody is working on. */
    private Stream<QueuedMessage> browsable() {
        return desk.store()
                .list(transportName)
                .filter(message -> message.queue() != QueueName.ACTIVE);
    }

    /** James's own tools leave alone what an operator has put on hold. */
    private static boolean mayGo(QueuedMessage message) {
        return message.queue() != QueueName.HOLD;
    }

    @FunctionalInterface
    private interface Counting {
        long run() throws MessageStoreException;
    }

    private static long count(Counting counting) throws MailQueueException {
        try {
            return counting.run();
        } catch (MessageStoreException e) {
            throw new MailQueueException(e.getMessage(), e);
        }
    }

    @Override
    public MailQueueIterator browse() {
        Iterator<QueuedMessage> messages = browsable().iterator();
        return new MailQueueIterator() {
            @Override
            public boolean hasNext() {
                return messages.hasNext();
            }

            @Override
            public MailQueueItemView next() {
                return view(messages.next());
            }

            @Override
            public void close() {}
        };
    }

    private MailQueueItemView view(QueuedMessage message) {
        try {
            Mail mail = desk.codec().mailOf(message, desk.store().content(message));
            boolean waits = message.queue() == QueueName.DEFERRED;
            Optional<ZonedDateTime> next =
                    waits
                            ? Optional.of(message.status().due().atZone(ZoneOffset.UTC))
                            : Optional.empty();
            return new DefaultMailQueueItemView(mail, next);
        } catch (MailQueueException e) {
            throw new IllegalStateException(message.id() + " cannot be made a mail again", e);
        }
    }

    /** Does nothing: others use the queue too, it is closed with the server. */
    @Override
    public void close() {}
}
