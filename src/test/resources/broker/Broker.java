/* SPDX-License-Identifier: Apache-2.0 */

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** A broker in a process of its own, which ends with the process that started it. */
public class Broker {

    public static void main(String[] args) throws Exception {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("james", "secret");
        users.addRole("james", "james");
        users.addUser("guest", "secret");
        users.addRole("guest", "guest");
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfigResourcePath(args[0]);
        broker.setSecurityManager(
                new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        broker.start();
        // The second of a pair is of use when it has what the first has.
        CountDownLatch never = new CountDownLatch(1);
        boolean backup = broker.getActiveMQServer().getHAPolicy().isBackup();
        while (backup && !broker.getActiveMQServer().isReplicaSync()) {
            never.await(50, TimeUnit.MILLISECONDS);
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nothing is said to it.
        }
        Runtime.getRuntime().halt(0);
    }
}
