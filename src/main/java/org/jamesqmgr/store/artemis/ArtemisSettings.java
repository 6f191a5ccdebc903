/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.time.Duration;

/**
 * Where the shared queues are and who works on them.
 *
 * @param brokers as the broker's client reads it: {@code tcp://host:61616}, or for a pair {@code
 *     (tcp://a:61616,tcp://b:61616)?ha=true}
 * @param user empty for a broker without security
 * @param prefix the queues' names begin with it
 * @param server the name of this server, different from all others at the broker
 * @param timeout how long the broker may take for its answer before it counts as gone
 */
public record ArtemisSettings(
        String brokers,
        String user,
        String password,
        String prefix,
        String server,
        Duration timeout) {

    /** Without the password. */
    @Override
    public String toString() {
        return server + " at " + brokers + " as " + user + ", queues " + prefix + ".*";
    }
}
