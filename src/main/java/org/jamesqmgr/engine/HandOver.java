/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.Optional;
import java.util.function.Supplier;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DerivedContent;

/**
 * A message that the consumer of another one gives to a transport, to take effect when the work on
 * the other one is complete.
 *
 * @param content readable until then
 * @param derived the same content, if it is made of that of the other one
 * @param provenance asked for once the content was written, for what is only known then
 * @param start whether it is ready at once
 * @param reason why it waits or is held; empty if it is ready at once
 */
public record HandOver(
        Envelope envelope,
        ContentWriter content,
        Optional<DerivedContent> derived,
        Supplier<Provenance> provenance,
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

    /** The same, to be held. */
    HandOver held(String because) {
        return new HandOver(envelope, content, derived, provenance, Start.HELD, because);
    }

    /** A message that is ready at once. */
    public HandOver(Envelope envelope, ContentWriter content, Provenance provenance) {
        this(envelope, content, () -> provenance);
    }

    /** A message that is ready at once, of which all is known once its content was written. */
    public HandOver(Envelope envelope, ContentWriter content, Supplier<Provenance> provenance) {
        this(envelope, content, Optional.empty(), provenance, Start.READY, "");
    }
}
