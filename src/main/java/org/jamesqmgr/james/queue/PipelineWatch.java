/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.Collection;
import javax.inject.Inject;
import org.apache.james.core.MailAddress;
import org.apache.james.mailetcontainer.lib.AbstractStateCompositeProcessor;
import org.apache.james.mailetcontainer.lib.AbstractStateMailetProcessor;
import org.apache.mailet.Mailet;
import org.apache.mailet.Matcher;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.engine.QueueManager;

/**
 * Notes with each message what mailets and matchers throw: when the mail of a failed run comes back,
 * James does not say why. Safe for use by any thread.
 */
public final class PipelineWatch implements AbstractStateMailetProcessor.MailetProcessorListener {

    /**
     * What was thrown.
     *
     * @param where the mailet or matcher
     */
    record Failure(String where, Throwable thrown) {

        /** The server stops, and James breaks off its work. */
        boolean interrupted() {
            return thrown instanceof InterruptedException
                    || thrown.getCause() instanceof InterruptedException;
        }
    }

    private final OpenRuns runs;

    @Inject
    public PipelineWatch(QueueManager queueManager) {
        this.runs = queueManager.runs();
    }

    /** Begins to listen to all processors there are. */
    public void watch(AbstractStateCompositeProcessor processors) {
        for (String state : processors.getProcessorStates()) {
            if (processors.getProcessor(state) instanceof AbstractStateMailetProcessor processor) {
                processor.addListener(this);
            }
        }
    }

    @Override
    public void afterMailet(
            Mailet mailet, String mailName, String state, long took, Throwable thrown) {
        note("mailet ", mailet, thrown);
    }

    @Override
    public void afterMatcher(
            Matcher matcher,
            String mailName,
            Collection<MailAddress> recipients,
            Collection<MailAddress> matches,
            long took,
            Throwable thrown) {
        note("matcher ", matcher, thrown);
    }

    private void note(String kind, Object where, Throwable thrown) {
        if (thrown != null) {
            String name = kind + where.getClass().getSimpleName();
            runs.current()
                    .filter(QmgrMailQueueItem.class::isInstance)
                    .map(QmgrMailQueueItem.class::cast)
                    .ifPresent(item -> item.note(new Failure(name, thrown)));
        }
    }
}
