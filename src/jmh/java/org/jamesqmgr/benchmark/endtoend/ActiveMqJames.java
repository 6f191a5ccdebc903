/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import org.apache.james.ExtraProperties;
import org.apache.james.FakeSearchMailboxModule;
import org.apache.james.JamesServerMain;
import org.apache.james.MemoryJamesConfiguration;
import org.apache.james.MemoryJamesServerMain;
import org.apache.james.modules.server.JMXServerModule;

/** James's memory application, put together as it does it itself, with James's queues on ActiveMQ. */
public final class ActiveMqJames {

    private ActiveMqJames() {}

    public static void main(String[] arguments) throws Exception {
        ExtraProperties.initialize();
        MemoryJamesConfiguration configuration =
                MemoryJamesConfiguration.builder().useWorkingDirectoryEnvProperty().build();
        JamesServerMain.main(
                MemoryJamesServerMain.createServer(configuration)
                        .combineWith(new FakeSearchMailboxModule(), new JMXServerModule())
                        .overrideWith(new ActiveMqQueues()));
    }
}
