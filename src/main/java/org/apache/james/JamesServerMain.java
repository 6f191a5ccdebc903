/* SPDX-License-Identifier: Apache-2.0 */
package org.apache.james;

import org.jamesqmgr.james.guice.LoopbackRmi;
import org.jamesqmgr.james.guice.QmgrModule;
import org.jamesqmgr.james.guice.QmgrProbe;
import org.jamesqmgr.james.guice.StartUpNotice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for James's type of the same name, to which every stock main class hands its configured server: starts that
 * server with our mail queues in place of its own. Nothing else about the server changes. The logger's name and the
 * method's shape are those the stock main classes were compiled against.
 */
public interface JamesServerMain {

    Logger LOGGER = LoggerFactory.getLogger("org.apache.james.CONFIGURATION");

    static void main(GuiceJamesServer server) throws Exception {
        LoopbackRmi.applyIfAsked();
        StartUpNotice notice = new StartUpNotice();
        // Last of all modules: what overrides the queue must not be overridden in turn.
        GuiceJamesServer withQueueManager =
                server.overrideWith(new QmgrModule()).combineWith(notice);

        withQueueManager.start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(withQueueManager), "james-shutdown"));
        notice.log();
    }

    private static void stop(GuiceJamesServer server) {
        server.getProbe(QmgrProbe.class).drain();
        server.stop();
    }
}
