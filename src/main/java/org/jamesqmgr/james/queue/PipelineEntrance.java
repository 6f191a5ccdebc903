/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.admin.Requeueing;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;

/** Brings what is left of a message back to where mail enters the pipeline. */
public final class PipelineEntrance implements Requeueing {

    @Override
    public Optional<Envelope> envelope(QueuedMessage message, Instant now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String header(QueuedMessage message, Instant now) {
        throw new UnsupportedOperationException();
    }
}
