/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;

/**
 * For which reasons the pipeline has kept a message back before. The last one is the reason of the
 * message's status, which neither a release nor the end of a deferral changes; those before it, and
 * it as well once the message waits for something else, are noted in its envelope. One thread at a
 * time.
 */
final class KeptBackReasons {

    private final QueuedMessage message;
    private final Set<String> reasons = new LinkedHashSet<>();

    KeptBackReasons(QueuedMessage message) {
        this.message = message;
        EnvelopeNote.KEPT_BACK
                .in(message.envelope())
                .ifPresent(text -> reasons.addAll(List.of(text.split("\n"))));
    }

    /** Remembers the reason if the message was kept back for it. */
    boolean include(String reason) {
        if (message.status().reason().equals(reason)) {
            reasons.add(reason);
        }
        return reasons.contains(reason);
    }

    /** The envelope with all of them noted. */
    Envelope noted(Envelope envelope) {
        return reasons.isEmpty()
                ? envelope
                : EnvelopeNote.KEPT_BACK.put(envelope, String.join("\n", reasons));
    }
}
