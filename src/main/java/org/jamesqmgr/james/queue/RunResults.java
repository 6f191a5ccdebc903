/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.engine.HandOver;
import org.jamesqmgr.engine.HandOver.Start;
import org.jamesqmgr.engine.PulledMessage;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What the pipeline has made of a message in one run: hand-overs to transports, and parts that it
 * keeps back. Nothing of it is durable before the run has ended well. One thread at a time.
 */
final class RunResults {

    private record KeptBack(HandOver part, boolean sameContent) {}

    private final List<HandOver> handOvers = new ArrayList<>();
    private final List<KeptBack> keptBack = new ArrayList<>();
    private final List<Runnable> onEnd = new ArrayList<>();

    void handOver(HandOver message, Runnable whenOver) {
        handOvers.add(message);
        onEnd.add(whenOver);
    }

    void keepBack(HandOver part, boolean sameContent, Runnable whenOver) {
        keptBack.add(new KeptBack(part, sameContent));
        onEnd.add(whenOver);
    }

    boolean any() {
        return !handOvers.isEmpty() || !keptBack.isEmpty();
    }

    /** Everything that is to become a message of its own. */
    List<HandOver> messages() {
        List<HandOver> messages = new ArrayList<>(handOvers);
        keptBack.forEach(kept -> messages.add(kept.part()));
        return messages;
    }

    /**
     * Ends the message and lets its successors begin. A part that is all there is stays where it is,
     * under the id it has.
     */
    void complete(PulledMessage message) throws MessageStoreException {
        if (handOvers.isEmpty() && keptBack.size() == 1 && keptBack.get(0).sameContent()) {
            keepInPlace(message, keptBack.get(0).part());
        } else {
            message.complete(messages());
        }
    }

    private static void keepInPlace(PulledMessage message, HandOver part)
            throws MessageStoreException {
        if (part.start() == Start.HELD) {
            message.hold(part.envelope(), part.reason());
        } else {
            message.reenqueue(part.envelope(), part.reason());
        }
    }

    /** Forgets everything: it has taken effect, or is never to. */
    void forget() {
        handOvers.clear();
        keptBack.clear();
        onEnd.forEach(Runnable::run);
        onEnd.clear();
    }
}
