/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Waits for servers to start. */
final class Greeting {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private Greeting() {}

    /**
     * Returns when a server greets on its port of 127.0.0.1.
     *
     * @param process that starts it
     * @param name of the server, and where to look if it does not start
     * @throws IOException if it does not
     */
    static void await(Process process, int port, String name)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!greets(port)) {
            if (System.nanoTime() > end || hasFailed(process)) {
                throw new IOException("does not start: " + name);
            }
            Pause.of(INTERVAL);
        }
    }

    /** Ending with 0 is no failure: some leave the work to others. */
    private static boolean hasFailed(Process process) {
        return !process.isAlive() && process.exitValue() != 0;
    }

    private static boolean greets(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout((int) LIMIT.toMillis());
            return socket.getInputStream().read() == '2';
        } catch (IOException e) {
            return false;
        }
    }
}
