/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import javax.inject.Inject;
import org.apache.james.lifecycle.api.Startable;
import org.apache.james.mailetcontainer.impl.CompositeProcessorImpl;
import org.apache.james.utils.InitializationOperation;
import org.jamesqmgr.james.queue.PipelineWatch;

/**
 * Watches James's processors once they are configured: James initialises first what a constructor
 * asks for.
 */
final class PipelineWatchStart implements InitializationOperation {

    /** What James is told that this starts; nothing else depends on it. */
    private interface Watch extends Startable {}

    private final CompositeProcessorImpl processors;
    private final PipelineWatch watch;

    @Inject
    PipelineWatchStart(CompositeProcessorImpl processors, PipelineWatch watch) {
        this.processors = processors;
        this.watch = watch;
    }

    @Override
    public void initModule() {
        watch.watch(processors);
    }

    @Override
    public Class<? extends Startable> forClass() {
        return Watch.class;
    }
}
