/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.time.Duration;
import javax.inject.Inject;
import org.apache.james.utils.GuiceProbe;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.store.MessageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the outside of the injector, the launcher and tests, gets at the queue manager. */
public final class QmgrProbe implements GuiceProbe {

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrProbe.class);

    private final QueueManager queueManager;
    private final MessageStore store;
    private final Duration stopTimeout;

    @Inject
    QmgrProbe(QueueManager queueManager, MessageStore store, QmgrSettings settings) {
        this.queueManager = queueManager;
        this.store = store;
        this.stopTimeout = settings.stopTimeout();
    }

    /**
     * Lets what is in progress come to its end, for {@code stop_timeout} at most, before James's
     * components are stopped: James interrupts its own work after a few seconds, and what is
     * interrupted is done twice.
     */
    public void drain() {
        try {
            int inProgress = queueManager.drain(Duration.ZERO);
            LOGGER.info(
                    "stopping; messages being worked on: {}, waiting for them up to {} s",
                    inProgress,
                    stopTimeout.toSeconds());
            int left = queueManager.drain(stopTimeout);
            if (left > 0) {
                LOGGER.warn(
                        "messages still being worked on after {} s: {}; they are worked on again at the"
                                + " next start",
                        stopTimeout.toSeconds(),
                        left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public MessageStore store() {
        return store;
    }
}
