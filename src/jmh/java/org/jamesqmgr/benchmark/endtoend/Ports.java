/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;

/** Ports of 127.0.0.1 where nobody listens. */
final class Ports {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ports() {}

    /** Not one of those that the kernel gives to outgoing connections (32768 and above). */
    static int free() throws IOException {
        while (true) {
            int port = RANDOM.nextInt(10_000, 32_768);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Taken: another one.
            }
        }
    }
}
