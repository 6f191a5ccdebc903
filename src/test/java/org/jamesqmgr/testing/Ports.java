/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of 127.0.0.1 where nobody listens. Not those that the kernel gives to outgoing connections
 * (32768 and above): a server that was killed must find its port free.
 */
public final class Ports {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ports() {}

    public static int free() throws IOException {
        return free(1).get(0);
    }

    /** So many different ones. */
    public static List<Integer> free(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            while (sockets.size() < count) {
                bindAny(sockets);
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void bindAny(List<ServerSocket> sockets) throws IOException {
        int port = RANDOM.nextInt(10_000, 32_768);
        try {
            sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
            // Taken: another one.
        }
    }
}
