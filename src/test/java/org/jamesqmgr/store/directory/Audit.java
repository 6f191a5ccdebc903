/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.OperatorResult;

/**
 * Compares what a store has with what it promised, then drains it. Finds every breach instead of
 * stopping at the first, and says so instead of failing: a store that is known to be bad must be
 * found out.
 */
final class Audit {

    /** How the customer's server came to its end. */
    enum End {
        /** It was stopped after operations had failed. */
        STOP,
        /** It goes on. */
        NONE,
        KILL,
        POWER_CUT,
        /** The power failed after a stop: what was done is done. */
        POWER_CUT_AFTER_STOP,
        /** A power cut which let some of the unsynced operations survive. */
        UNTIDY_POWER_CUT
    }

    private final MemoryDisk disk;
    private final UpdatableTickingClock clock;
    private final List<Promise> promises;
    private final End end;
    private final List<String> breaches = new ArrayList<>();

    Audit(MemoryDisk disk, UpdatableTickingClock clock, List<Promise> promises, End end) {
        this.disk = disk;
        this.clock = clock;
        this.promises = promises;
        this.end = end;
    }

    /** Opens the store again and looks into it. */
    List<String> afterReboot() {
        try (DirectoryMessageStore store = open()) {
            compare(store);
            compareFiles(store);
            drain(store);
            nothingLeft(store);
        } catch (MessageStoreException | RuntimeException e) {
            breaches.add("the store fails: " + e);
        }
        if (disk.openFiles() != 0) {
            breaches.add(disk.openFiles() + " files were left open");
        }
        return breaches;
    }

    /** Looks into a store that was in use while operations failed, and which are well again. */
    List<String> whileRunning(DirectoryMessageStore store) {
        try {
            compare(store);
            drain(store);
        } catch (MessageStoreException | RuntimeException e) {
            breaches.add("the store fails: " + e);
        }
        return breaches;
    }

    private DirectoryMessageStore open() throws MessageStoreException {
        return DirectoryMessageStore.open(Customer.ROOT, clock, disk, false);
    }

    // Everything where it belongs

    private void compare(DirectoryMessageStore store) throws MessageStoreException {
        Map<String, QueuedMessage> found = new HashMap<>();
        long listed = 0;
        for (QueuedMessage message : all(store)) {
            listed++;
            String label = message.envelope().attributes().get("label");
            if (found.putIfAbsent(label, message) != null) {
                breaches.add(label + " is there twice");
            }
        }
        if (listed != waitingCount(store)) {
            breaches.add(listed + " messages listed, but counted: " + store.counts());
        }
        for (Promise promise : promises) {
            compare(promise, Optional.ofNullable(found.remove(promise.label())), store);
        }
        found.keySet().forEach(label -> breaches.add(label + " was never handed in"));
        compareCorrupt(store);
    }

    private static List<QueuedMessage> all(DirectoryMessageStore store) {
        return store.transports().stream().flatMap(store::list).toList();
    }

    private static long waitingCount(DirectoryMessageStore store) {
        return store.counts().entrySet().stream()
                .filter(entry -> entry.getKey() != QueueName.CORRUPT)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void compare(
            Promise promise, Optional<QueuedMessage> found, DirectoryMessageStore store) {
        if (found.isEmpty()) {
            if (promise.presence() == Promise.Presence.CERTAIN) {
                breaches.add(promise + " is lost");
            }
            return;
        }
        if (mustBeGone(promise)) {
            breaches.add(promise + " is back");
        }
        compare(promise, found.get());
        if (mayHaveHoles(promise)) {
            return; // Found at the latest when it is claimed.
        }
        compareContent(promise, found.get(), store.content(found.get()));
    }

    /** Of a message that nobody was told to be accepted any page may be missing. */
    private boolean mayHaveHoles(Promise promise) {
        return end == End.UNTIDY_POWER_CUT && promise.id().isEmpty();
    }

    private boolean mustBeGone(Promise promise) {
        return switch (promise.presence()) {
            case CERTAIN, OPEN -> false;
            case FINISHED -> end != End.POWER_CUT && end != End.UNTIDY_POWER_CUT;
            case GONE -> true;
        };
    }

    private void compare(Promise promise, QueuedMessage found) {
        if (promise.id().isPresent() && !promise.id().get().equals(found.id())) {
            breaches.add(promise + " has another id than was told");
        }
        if (!promise.allows(asItIs(), version -> version.envelope().equals(found.envelope()))) {
            breaches.add(promise + " has another envelope: " + found.envelope());
        }
        if (end == End.KILL && !promise.allows(found.status())) {
            breaches.add(promise + " has another status: " + found.status());
        }
        compareFates(promise, found);
        compareHold(promise, found.queue() == QueueName.HOLD);
    }

    /** Only a power cut undoes what went on. */
    private boolean asItIs() {
        return end == End.KILL || end == End.STOP || end == End.NONE;
    }

    /** A server that is stopped on a full disk forgets what it could not write, as a power cut does. */
    private void compareFates(Promise promise, QueuedMessage found) {
        Map<MailAddress, State> decided =
                found.recipients().stream()
                        .filter(recipient -> recipient.state() != State.PENDING)
                        .collect(Collectors.toMap(Recipient::address, Recipient::state));
        boolean exactly = end == End.KILL || (end == End.NONE && !promise.sawStop());
        if (!promise.allows(
                exactly,
                version ->
                        version.envelope().equals(found.envelope())
                                && version.fates().equals(decided))) {
            breaches.add(promise + " has other fates of recipients: " + decided);
        }
        found.recipients(State.UNDELIVERABLE).stream()
                .filter(recipient -> found.lastAttempt(recipient).isEmpty())
                .forEach(lost -> breaches.add(promise + " does not say why: " + lost));
    }

    private void compareHold(Promise promise, boolean held) {
        boolean mustBe =
                promise.hold() == Promise.Hold.HELD
                        || (promise.hold() == Promise.Hold.HELD_UNLESS_POWER_CUT
                                && (end == End.KILL || end == End.POWER_CUT_AFTER_STOP));
        if (mustBe && !held) {
            breaches.add(promise + " is no longer on hold");
        }
        if (held && promise.hold() == Promise.Hold.FREE) {
            breaches.add(promise + " is on hold");
        }
    }

    /** The content that belongs to the envelope. */
    private void compareContent(Promise promise, QueuedMessage found, Content content) {
        try (InputStream in = content.open()) {
            String text = new String(in.readAllBytes(), US_ASCII);
            if (!promise.allows(
                    asItIs(),
                    version ->
                            version.envelope().equals(found.envelope())
                                    && version.content().equals(text))) {
                breaches.add(promise + " has another content");
            }
            if (found.size() != text.length()) {
                breaches.add(promise + " has another size: " + found.size());
            }
        } catch (IOException e) {
            breaches.add(promise + " cannot be read: " + e);
        }
    }

    /**
     * Only a message may be damaged that nobody was told to be accepted, or that is done or about to
     * be, and only if the power failed.
     */
    private void compareCorrupt(DirectoryMessageStore store) {
        if (end != End.UNTIDY_POWER_CUT) {
            if (store.counts().get(QueueName.CORRUPT) != 0) {
                breaches.add("messages are in corrupt: " + damages(store));
            }
            return;
        }
        Set<String> accepted =
                promises.stream()
                        .filter(promise -> promise.presence() == Promise.Presence.CERTAIN)
                        .flatMap(promise -> promise.id().stream())
                        .map(QueueId::asString)
                        .collect(Collectors.toSet());
        filesIn("corrupt").stream()
                .filter(path -> accepted.contains(path.getFileName().toString().substring(0, 16)))
                .forEach(path -> breaches.add("accepted, and now damaged: " + path));
    }

    private static List<String> damages(DirectoryMessageStore store) {
        try {
            return store.damaged().stream().map(file -> file.name() + " " + file.reason()).toList();
        } catch (MessageStoreException e) {
            return List.of(e.toString());
        }
    }

    private List<Path> filesIn(String queue) {
        return disk.files().keySet().stream()
                .filter(path -> path.startsWith(Customer.ROOT.resolve(queue)))
                .toList();
    }

    private List<Path> filesOutsideCorrupt() {
        return disk.files().keySet().stream()
                .filter(path -> !path.startsWith(Customer.ROOT.resolve("corrupt")))
                .filter(path -> !path.getFileName().toString().startsWith("."))
                .toList();
    }

    /** Of all messages: those that are in the journal alone count too. */
    private Set<String> namesOutsideCorrupt() {
        Set<String> names = new TreeSet<>(kept());
        filesOutsideCorrupt().forEach(path -> names.add(path.getFileName().toString()));
        return names;
    }

    private Set<String> kept() {
        try {
            Journal journal =
                    Journal.open(disk, new Layout(Customer.ROOT).journal(), JournalShape.USUAL);
            journal.abandon();
            return journal.ids().stream().map(QueueId::asString).collect(Collectors.toSet());
        } catch (IOException e) {
            breaches.add("the journal cannot be read: " + e);
            return Set.of();
        }
    }

    private void compareFiles(DirectoryMessageStore store) {
        if (namesOutsideCorrupt().size() != waitingCount(store)) {
            breaches.add("counted " + store.counts() + ", but there are: " + namesOutsideCorrupt());
        }
        if (!filesIn("active").isEmpty()) {
            breaches.add("still active: " + filesIn("active"));
        }
    }

    // Everything can be claimed

    private void drain(DirectoryMessageStore store) throws MessageStoreException {
        for (QueuedMessage message : all(store)) {
            if (message.queue() == QueueName.HOLD
                    && store.release(message.id()) != OperatorResult.DONE) {
                breaches.add(message.id() + " cannot be released");
            }
        }
        for (TransportName transport : store.transports()) {
            drain(store, transport);
        }
        for (QueuedMessage suspect : store.suspects()) {
            finish(store.claim(suspect.id()));
        }
        for (QueuedMessage message : all(store)) {
            breaches.add(message.id() + " cannot be claimed");
        }
    }

    private void drain(DirectoryMessageStore store, TransportName transport)
            throws MessageStoreException {
        Instant late = clock.instant().plus(Duration.ofDays(1000));
        ClaimWindow window = new ClaimWindow(late, late, false);
        Optional<MessageLease> lease = store.claimNext(transport, window);
        while (lease.isPresent()) {
            finish(lease);
            lease = store.claimNext(transport, window);
        }
    }

    private void finish(Optional<MessageLease> lease) throws MessageStoreException {
        if (lease.isEmpty()) {
            breaches.add("a suspect cannot be claimed");
            return;
        }
        QueuedMessage message = lease.get().message();
        promises.stream()
                .filter(promise -> labelled(message, promise))
                .forEach(promise -> compareContent(promise, message, lease.get().content()));
        lease.get().complete();
    }

    private static boolean labelled(QueuedMessage message, Promise promise) {
        return promise.label().equals(message.envelope().attributes().get("label"));
    }

    private void nothingLeft(DirectoryMessageStore store) {
        if (waitingCount(store) != 0 || !store.transports().isEmpty()) {
            breaches.add("drained, but still counted: " + store.counts());
        }
        if (!namesOutsideCorrupt().isEmpty()) {
            breaches.add("drained, but still there: " + namesOutsideCorrupt());
        }
    }
}
