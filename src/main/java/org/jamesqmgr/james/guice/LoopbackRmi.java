/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.rmi.server.RMISocketFactory;
import org.apache.james.util.RestrictingRMISocketFactory;

/**
 * Keeps James's JMX on the loopback interface when it is meant to be there.
 *
 * <p>James binds the RMI registry to {@code jmx.address}, but the connector itself to a random port of <em>every</em>
 * interface. When {@code java.rmi.server.hostname}, the host that clients are told to connect to, is a loopback
 * address, no client can come from elsewhere; listening there would serve only attackers.
 */
public final class LoopbackRmi {

    private static final String HOST_FOR_CLIENTS = "java.rmi.server.hostname";

    private LoopbackRmi() {}

    /** Call before JMX starts. Does nothing unless clients are sent to a loopback address. */
    public static void applyIfAsked() throws IOException {
        String host = System.getProperty(HOST_FOR_CLIENTS);
        if (host != null && isLoopback(host) && RMISocketFactory.getSocketFactory() == null) {
            RMISocketFactory.setSocketFactory(new RestrictingRMISocketFactory(host));
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
