/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.AbstractModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds the queue manager in James's main injector. Binds nothing yet: James keeps its own queues. */
public final class QmgrModule extends AbstractModule {

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrModule.class);

    @Override
    protected void configure() {
        LOGGER.warn("james-qmgr binds no queue yet: mail goes through James's own");
    }
}
