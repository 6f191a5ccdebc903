/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.engine.StoreTrouble;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.DestinationState;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.QueueTotal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything an administrator does with the queues. Safe for use by any thread; blocks on the store
 * except where it says otherwise.
 *
 * <p>What concerns many messages goes in pages, in the order of their ids: begin with an empty cursor
 * and go on with that of the page before until it is empty. Each call looks at a bounded number of
 * messages, so that a page may be empty and not the last. A message that is there all the time comes
 * exactly once, others at most once. The number of ids in a selector is for the caller to bound.
 *
 * <p>An action on one message never throws for that message: its result says what became of it.
 */
public final class QueueAdmin {

    /** Messages of one page of an action; each may cost a write or two that is forced to disk. */
    private static final int ACTIONS = 500;

    /** The same where they can go together: a shared store looks through all its queues for each page. */
    private static final int CHANGES = 2_000;

    private static final int DELETIONS = 5_000;

    private static final Set<QueueName> BEFORE_HOLD =
            Set.of(QueueName.INCOMING, QueueName.ACTIVE, QueueName.DEFERRED);
    private static final Set<QueueName> ON_HOLD = Set.of(QueueName.HOLD);

    private static final Comparator<DestinationState> BUSIEST_FIRST =
            Comparator.<DestinationState>comparingInt(state -> -state.waiting() - state.busy())
                    .thenComparing(state -> state.destination().toString());

    private static final Logger LOGGER = LoggerFactory.getLogger(QueueAdmin.class);

    private final QueueManager queueManager;
    private final MessageStore store;
    private final Clock clock;
    private final Walk walk;
    private final MessageActions actions;
    private final Explainer explainer;

    public QueueAdmin(
            QueueManager queueManager, MessageStore store, Requeueing requeueing, Clock clock) {
        this.queueManager = queueManager;
        this.store = store;
        this.clock = clock;
        this.walk = new Walk(store, clock);
        this.actions = new MessageActions(queueManager, requeueing, clock);
        this.explainer = new Explainer(queueManager, clock);
    }

    /** A page of messages; of all queues but corrupt unless the selector names some. */
    public MessagePage list(QueueSelector selector, String cursor, int limit)
            throws MessageStoreException {
        Walk.Page page = walk.page(selector, cursor, limit);
        return new MessagePage(
                page.met().stream()
                        .flatMap(met -> met.message().stream())
                        .map(this::listed)
                        .toList(),
                page.cursor());
    }

    /** All that is known of a message but its content. */
    public Optional<MessageView> show(QueueId id) throws MessageStoreException {
        return store.find(id)
                .map(
                        message ->
                                new MessageView(
                                        listed(message),
                                        queueManager.expires(message),
                                        explainer.explain(message)));
    }

    /**
     * A part of a message's content.
     *
     * @return shorter than asked for only at the end, empty beyond; nothing if it is unknown
     */
    public Optional<byte[]> content(QueueId id, long offset, int length)
            throws MessageStoreException {
        Optional<QueuedMessage> message = store.find(id);
        return message.isEmpty()
                ? Optional.empty()
                : part(store.content(message.get()), offset, length);
    }

    /**
     * Deletes messages for good. Of what is in work the sender still hears what he is owed of reports by
     * then, of what waits he does not.
     */
    public ActionPage delete(QueueSelector selector, String cursor) throws MessageStoreException {
        return act(
                walk.page(selector, cursor, DELETIONS),
                new Action(actions::deleteTogether, ActionResult::done, actions::delete));
    }

    /** Puts messages on hold; of incoming, active and deferred unless the selector names queues. */
    public ActionPage hold(QueueSelector selector, String cursor) throws MessageStoreException {
        return act(
                walk.page(selector.inQueuesByDefault(BEFORE_HOLD), cursor, CHANGES),
                new Action(actions::holdTogether, ActionResult::done, actions::hold));
    }

    /** Takes messages off hold, and says of each whether it is past its lifetime. */
    public ActionPage release(QueueSelector selector, String cursor) throws MessageStoreException {
        return act(
                walk.page(selector.inQueuesByDefault(ON_HOLD), cursor, CHANGES),
                new Action(actions::releaseTogether, actions::released, actions::release));
    }

    /**
     * Lets what is left of messages run through the pipeline again, under new ids. The new message is
     * safe before the old one goes: a crash in between leaves both.
     */
    public ActionPage requeue(QueueSelector selector, String cursor) throws MessageStoreException {
        return act(
                walk.page(selector, cursor, ACTIONS),
                new Action(messages -> Set.of(), ActionResult::done, actions::requeue));
    }

    /**
     * Has messages returned to their senders at their next handling, without a further attempt.
     * Durable, but for messages whose delivery is under way.
     */
    public ActionPage expire(QueueSelector selector, String cursor) throws MessageStoreException {
        return act(
                walk.page(selector, cursor, CHANGES),
                new Action(actions::expireTogether, ActionResult::done, actions::expire));
    }

    /**
     * Makes messages due at once. Those of which a delay was asked for are left alone unless the selector
     * names their ids.
     */
    public ActionPage flush(QueueSelector selector, String cursor) throws MessageStoreException {
        boolean named = selector.ids().isPresent();
        return act(
                walk.page(selector, cursor, CHANGES),
                new Action(
                        messages -> actions.flushTogether(messages, named),
                        ActionResult::done,
                        message -> actions.flush(message, named)));
    }

    /** All deferred mail of the push transports is made due. Returns how many messages were. */
    public long flush() throws MessageStoreException {
        return queueManager.flush();
    }

    /** {@link #flush()} for mail with a recipient in this domain. */
    public long flushSite(String domain) throws MessageStoreException {
        return queueManager.flushSite(domain);
    }

    /** {@link #flush()} for one message of any transport; an unknown one is no error. */
    public void flush(QueueId id) throws MessageStoreException {
        queueManager.flush(id);
    }

    /** What is in the corrupt queue, by name. */
    public List<DamagedFile> corrupt() throws MessageStoreException {
        return store.damaged();
    }

    /** A part of a damaged file, byte for byte; as {@link #content}. */
    public Optional<byte[]> corruptContent(String name, long offset, int length)
            throws MessageStoreException {
        Optional<Content> content = store.damagedContent(name);
        return content.isEmpty() ? Optional.empty() : part(content.get(), offset, length);
    }

    /** Deletes a damaged file for good; false if there is none of that name. */
    public boolean deleteCorrupt(String name) throws MessageStoreException {
        return store.removeDamaged(name);
    }

    /**
     * Suspends durably; returns false if it was suspended already.
     *
     * @throws IllegalArgumentException if there is no such transport: a slip must not look like success
     */
    public boolean suspend(Suspension what) throws MessageStoreException {
        what.transport().ifPresent(this::requireTransport);
        return queueManager.suspend(what);
    }

    private void requireTransport(TransportName name) {
        Set<TransportName> known = queueManager.transports();
        if (!known.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no transport '%s'; those of this server are %s"
                            .formatted(name.asString(), new TreeSet<>(known)));
        }
    }

    /** Lifts a suspension; returns false if there was none. */
    public boolean resume(Suspension what) throws MessageStoreException {
        return queueManager.resume(what);
    }

    /** Never blocks. */
    public Set<Suspension> suspensions() {
        return queueManager.suspensions();
    }

    /** Refuses new mail, or takes it again. Forgotten when the server ends. Never blocks. */
    public void drain(boolean draining) {
        queueManager.drain(draining);
    }

    /** Never blocks. */
    public boolean draining() {
        return queueManager.draining();
    }

    /** Whether nothing is in work, nor new but what is suspended or has nobody to take it. */
    public boolean still() throws MessageStoreException {
        Map<QueueName, Long> counts = store.counts();
        return counts.get(QueueName.ACTIVE) == 0
                && queueManager.inWork().isEmpty()
                && (counts.get(QueueName.INCOMING) == 0 || nothingNewMoves());
    }

    private boolean nothingNewMoves() throws MessageStoreException {
        return store.totals().stream()
                .filter(total -> total.queue() == QueueName.INCOMING)
                .noneMatch(total -> queueManager.moves(total.transport()));
    }

    /** How many messages are in each queue. */
    public Map<QueueName, Long> counts() {
        return store.counts();
    }

    /** How many messages of each transport are stored. Never blocks. */
    public Map<TransportName, Long> transportCounts() {
        return store.transports().stream()
                .collect(Collectors.toMap(Function.identity(), store::count));
    }

    /** How many messages of each transport are in work. Never blocks. */
    public Map<TransportName, Integer> inWork() {
        return queueManager.inWork();
    }

    /** What each queue has for each transport. Reads no files. */
    public List<QueueTotal> totals() throws MessageStoreException {
        return store.totals();
    }

    /** What the store fails at, if it does. Never blocks. */
    public Optional<StoreTrouble> storeTrouble() {
        return queueManager.storeTrouble();
    }

    /** Reads every envelope of the queues. */
    public Shape shape(ShapeRequest request) throws MessageStoreException {
        Shaping shaping = new Shaping(request, clock.instant());
        QueueSelector selector =
                QueueSelector.matching(MessageFilter.ANY.inQueues(request.queues()));
        String cursor = "";
        do {
            Walk.Page page = walk.page(selector, cursor, Integer.MAX_VALUE);
            page.met().forEach(met -> met.message().ifPresent(shaping::count));
            cursor = page.cursor();
        } while (!cursor.isEmpty());
        return shaping.shape();
    }

    /** The destinations that have mail in work or are dead, the busiest first. */
    public List<DestinationView> destinations() {
        Set<Suspension> suspensions = queueManager.suspensions();
        return queueManager.destinations().stream()
                .sorted(BUSIEST_FIRST)
                .map(
                        state ->
                                DestinationView.of(
                                        state,
                                        suspensions.stream()
                                                .anyMatch(by -> by.covers(state.destination()))))
                .toList();
    }

    private ListedMessage listed(QueuedMessage message) {
        return new ListedMessage(message, queueManager.suspension(message), server(message));
    }

    private Optional<String> server(QueuedMessage message) {
        return message.queue() == QueueName.ACTIVE
                ? queueManager.operator().worker(message.id())
                : Optional.empty();
    }

    /** Does something to many messages at once, as far as that costs less; returns to which. */
    @FunctionalInterface
    private interface Together {
        Set<QueueId> on(List<QueuedMessage> messages) throws MessageStoreException;
    }

    @FunctionalInterface
    private interface Each {
        ActionResult on(QueuedMessage message) throws MessageStoreException;
    }

    /**
     * @param done what there is to say of a message that it was done to together with others
     * @param each what is done to the others, one by one, and says then why it cannot be
     */
    private record Action(Together together, Each done, Each each) {}

    private static ActionPage act(Walk.Page page, Action action) {
        Set<QueueId> done = together(page, action.together());
        return new ActionPage(
                page.met().stream()
                        .map(
                                met ->
                                        result(
                                                met,
                                                done.contains(met.id())
                                                        ? action.done()
                                                        : action.each()))
                        .toList(),
                page.cursor());
    }

    private static Set<QueueId> together(Walk.Page page, Together action) {
        List<QueuedMessage> messages =
                page.met().stream().flatMap(met -> met.message().stream()).toList();
        try {
            return action.on(messages);
        } catch (MessageStoreException e) {
            LOGGER.warn("{} messages could not be changed at once", messages.size(), e);
            return Set.of();
        }
    }

    private static ActionResult result(Walk.Met met, Each action) {
        if (met.message().isEmpty()) {
            return ActionResult.of(met.id(), ActionOutcome.UNKNOWN);
        }
        try {
            return action.on(met.message().get());
        } catch (MessageStoreException e) {
            return ActionResult.of(met.id(), ActionOutcome.FAILED, e.getMessage());
        }
    }

    private static Optional<byte[]> part(Content content, long offset, int length)
            throws MessageStoreException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("no such part: " + length + " from " + offset);
        }
        try (InputStream in = content.open()) {
            in.skipNBytes(Math.min(offset, content.size()));
            return Optional.of(in.readNBytes(length));
        } catch (EOFException e) {
            return Optional.of(new byte[0]);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MessageStoreException("cannot be read: " + e.getMessage(), e);
        }
    }
}
