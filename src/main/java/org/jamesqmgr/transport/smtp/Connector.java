/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jamesqmgr.model.DeliveryStatus;

/** Opens connections, and closes all of them at the end. Safe for use by any thread. */
final class Connector {

    private final SmtpSettings settings;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Connector(SmtpSettings settings, ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.settings = settings;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    SmtpConnection connect(Peer peer, Transcript transcript) throws SmtpFailure {
        Socket socket = new Socket();
        open.add(socket);
        try {
            // Either this sees the end, or the end sees the socket.
            if (closed) {
                throw new IOException("shutting down");
            }
            bind(socket, peer.candidate().address());
            socket.connect(peer.address(), timeLimit());
            socket.setTcpNoDelay(true);
            Watchdog watchdog = new Watchdog(timer, nanoTime, () -> release(socket));
            return new SmtpConnection(
                    peer, socket, watchdog, transcript, () -> open.remove(socket));
        } catch (IOException e) {
            release(socket);
            throw new SmtpFailure(
                    DeliveryStatus.local("4.4.1", "connect to " + peer.relay() + ": " + reason(e)),
                    SmtpFailure.Stage.CONNECTING);
        }
    }

    boolean closed() {
        return closed;
    }

    /** Every connection fails soon, new ones at once. */
    void close() {
        closed = true;
        open.forEach(this::release);
    }

    private int timeLimit() {
        return (int) Math.min(Integer.MAX_VALUE, settings.timeLimits().connect().toMillis());
    }

    private void bind(Socket socket, InetAddress remote) throws IOException {
        if (!settings.bindAddress().isEmpty()) {
            InetAddress local = bindAddress();
            if (local.getClass() == remote.getClass()) {
                socket.bind(new InetSocketAddress(local, 0));
            }
        }
    }

    private InetAddress bindAddress() throws UnknownHostException {
        return InetAddress.getByName(settings.bindAddress());
    }

    private void release(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }

    /** In the words of the C library, which are Postfix's. */
    private static String reason(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "Connection timed out";
        }
        if (e instanceof NoRouteToHostException) {
            return "No route to host";
        }
        String text = String.valueOf(e.getMessage()).replace(" (connect failed)", "");
        boolean usual = e instanceof ConnectException && text.contains("refused");
        return usual ? "Connection refused" : text;
    }
}
