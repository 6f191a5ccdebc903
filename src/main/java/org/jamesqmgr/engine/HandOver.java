/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.ContentWriter;

/**
 * A message that the consumer of another one gives to a transport, to take effect when the work on
 * the other one is complete.
 *
 * @param content readable until then
 * @param start whether it is ready at once
 * @param reason why it waits or is held; empty if it is ready at once
 */
public record HandOver(
        Envelope envelope,
        ContentWriter content,
        Provenance provenance,
        Start start,
        String reason) {

    /** In which state a handed over message begins. */
    public enum Start {
        /** In incoming. */
        READY,
        /** In deferred, with backoff, as if an attempt had failed. */
        DEFERRED,
        /** In hold, until an operator releases it. */
        HELD
    }

    /** A message that is ready at once. */
    public HandOver(Envelope envelope, ContentWriter content, Provenance provenance) {
        this(envelope, content, provenance, Start.READY, "");
    }
}
