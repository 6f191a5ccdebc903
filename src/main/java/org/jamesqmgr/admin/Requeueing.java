/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;

/** How a message begins again, which only those know who put it into its envelope. */
public interface Requeueing {

    /**
     * The envelope under which what is left of a message runs through the pipeline again: for its
     * pending recipients, from the root on, marked so that matchers see it, its arrival kept, ageing
     * from now.
     *
     * @return empty if it is no mail that the pipeline could take
     */
    Optional<Envelope> envelope(QueuedMessage message, Instant now);

    /** The header lines that go before those of the message, with their line ends. */
    String header(QueuedMessage message, Instant now);
}
