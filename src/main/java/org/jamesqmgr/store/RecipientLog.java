/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.Recipient.State;
import org.jamesqmgr.model.RecipientOutcome;

/**
 * What became of a message's recipients so far, as every store keeps it: whose fate is decided, and
 * the attempts that led there. Fates go by address: one that an envelope names twice has one fate.
 *
 * <p>Grows in place, at a cost that does not depend on what it holds already. Changed by one thread
 * at a time; may be looked at by any while nobody changes it.
 */
public final class RecipientLog {

    /** So many attempts are remembered at least, whomever they were for. */
    public static final int NEWEST = 50;

    /** Recipients that are not pending. */
    private final Map<MailAddress, State> decided;

    private final List<Attempt> attempts;
    private int trimAt;

    public RecipientLog() {
        this(Map.of(), List.of());
    }

    /**
     * As it was when it was kept.
     *
     * @param decided of {@link #decided}
     * @param attempts of {@link #history}
     */
    public RecipientLog(Map<MailAddress, State> decided, List<Attempt> attempts) {
        this.decided = new HashMap<>(decided);
        this.attempts = new ArrayList<>(attempts);
        this.trimAt = 2 * NEWEST + 2 * attempts.size();
    }

    /** As a store shows it. */
    public static RecipientLog of(QueuedMessage message) {
        Map<MailAddress, State> decided = new HashMap<>();
        message.recipients().stream()
                .filter(recipient -> recipient.state() != State.PENDING)
                .forEach(recipient -> decided.put(recipient.address(), recipient.state()));
        return new RecipientLog(decided, message.history());
    }

    public RecipientLog copy() {
        return new RecipientLog(decided, attempts);
    }

    public void add(Collection<Attempt> newAttempts) {
        newAttempts.forEach(this::add);
    }

    private void add(Attempt attempt) {
        attempts.add(attempt);
        decide(attempt.outcome());
        if (attempts.size() > trimAt) {
            trim();
            trimAt = 2 * NEWEST + 2 * attempts.size();
        }
    }

    /** What was delivered stays so, and what failed for good is not opened again by a deferral. */
    private void decide(RecipientOutcome outcome) {
        outcome.fold(
                delivered -> decided.put(delivered.recipient(), State.DONE),
                deferred -> State.PENDING,
                bounced -> decided.putIfAbsent(bounced.recipient(), State.UNDELIVERABLE));
    }

    /** The sender knows of those who are undeliverable. */
    public void reported() {
        decided.replaceAll((recipient, state) -> State.DONE);
    }

    /** Other recipients: all are pending. The newest attempts stay, as the message's story. */
    public void reopen() {
        decided.clear();
        int older = Math.max(0, attempts.size() - NEWEST);
        attempts.subList(0, older).clear();
    }

    /** Recipients that are not pending. */
    public Map<MailAddress, State> decided() {
        return Map.copyOf(decided);
    }

    /** Fates of which no attempt tells. */
    public void decide(Map<MailAddress, State> fates) {
        decided.putAll(fates);
    }

    /** Attempts that are part of the story and decide nothing any more. */
    public void tell(List<Attempt> old) {
        attempts.addAll(old);
        trimAt = 2 * NEWEST + 2 * attempts.size();
    }

    /** Whether all recipients are pending. */
    public boolean untouched() {
        return decided.isEmpty();
    }

    /** The recipients of the envelope, each with its fate. */
    public List<Recipient> recipients(Envelope envelope) {
        return envelope.recipients().stream().map(this::recipient).toList();
    }

    private Recipient recipient(MailAddress address) {
        return new Recipient(address, decided.getOrDefault(address, State.PENDING));
    }

    /** The {@value #NEWEST} newest attempts, and the last one of each recipient that is not done. */
    public List<Attempt> history() {
        return attempts.size() <= NEWEST
                ? List.copyOf(attempts)
                : kept().stream().mapToObj(attempts::get).toList();
    }

    /** What goes would never be asked for again: an attempt only gets older, and done is done. */
    private void trim() {
        List<Attempt> rest = history();
        attempts.clear();
        attempts.addAll(rest);
    }

    private BitSet kept() {
        BitSet kept = new BitSet(attempts.size());
        kept.set(attempts.size() - NEWEST, attempts.size());
        Set<MailAddress> seen = new HashSet<>();
        IntStream.iterate(attempts.size() - 1, i -> i >= 0, i -> i - 1)
                .filter(i -> isLastOfOpen(attempts.get(i).outcome().recipient(), seen))
                .forEach(kept::set);
        return kept;
    }

    private boolean isLastOfOpen(MailAddress recipient, Set<MailAddress> seen) {
        return decided.get(recipient) != State.DONE && seen.add(recipient);
    }
}
