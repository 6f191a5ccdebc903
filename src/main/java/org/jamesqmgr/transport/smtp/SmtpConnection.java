/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * Commands out, replies in, each within its time.
 *
 * <p>For one thread at a time. {@link #close()} alone may be called by any thread at any time: what
 * is in progress then fails soon. An interrupt of the thread does nothing.
 */
final class SmtpConnection implements Closeable {

    /** More than any reply has; the list of extensions of a server takes some hundred bytes. */
    private static final int REPLY_LIMIT = 64 * 1024;

    private static final int BLOCK = 8 * 1024;
    private static final int QUOTED = 100;

    private final Peer peer;
    private final Socket socket;
    private final Watchdog watchdog;
    private final Transcript transcript;
    private final Runnable onClose;
    private final byte[] received = new byte[BLOCK];
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream(BLOCK);
    private int position;
    private int limit;
    private InputStream in;
    private OutputStream out;
    private Socket layer;

    /**
     * Takes over a connected socket.
     *
     * @param watchdog that closes the socket when it bites
     * @param transcript of what is said
     * @param onClose run whenever the connection is closed, possibly more than once
     */
    SmtpConnection(
            Peer peer, Socket socket, Watchdog watchdog, Transcript transcript, Runnable onClose)
            throws IOException {
        this.peer = peer;
        this.socket = socket;
        this.layer = socket;
        this.watchdog = watchdog;
        this.transcript = transcript;
        this.onClose = onClose;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    Peer peer() {
        return peer;
    }

    Transcript transcript() {
        return transcript;
    }

    boolean encrypted() {
        return layer != socket;
    }

    /**
     * How many bytes of commands may be under way without their replies being read: they fit into
     * our own send buffer, so that we never wait for a server that waits for us.
     */
    int window() throws SmtpFailure {
        try {
            return Math.max(1024, Math.min(2 * BLOCK, socket.getSendBufferSize() / 2));
        } catch (IOException e) {
            throw broken(Phase.MAIL);
        }
    }

    /** Whether the server said something without being asked: usually good-bye. */
    boolean unsolicited() {
        try {
            return position < limit || layer.getInputStream().available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Takes a command to be sent with the next wait for a reply. */
    void command(String line) {
        take(line);
        transcript.out(line);
    }

    /** The same for a credential after words that are none; it is not seen in the transcript. */
    void secret(String words, String credential) {
        take(words + credential);
        transcript.secret(words);
    }

    private void take(String line) {
        if (line.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("a command is one line");
        }
        unsent.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what is to be sent and waits for the next reply. */
    SmtpReply reply(Phase phase, Duration timeLimit) throws SmtpFailure {
        watchdog.arm(timeLimit);
        try {
            flush();
            SmtpReply reply = readReply(phase);
            transcript.in(reply);
            return reply;
        } catch (IOException e) {
            throw broken(phase);
        } finally {
            watchdog.disarm();
        }
    }

    /** Takes bytes to be sent as they are, and sends them when enough have come together. */
    void send(byte[] bytes, int length, Duration timeLimit) throws SmtpFailure {
        unsent.write(bytes, 0, length);
        if (unsent.size() < BLOCK) {
            return;
        }
        watchdog.arm(timeLimit);
        try {
            flush();
        } catch (IOException e) {
            throw broken(Phase.CONTENT);
        } finally {
            watchdog.disarm();
        }
    }

    /** Encrypts from here on. */
    void startTls(SSLSocketFactory factory, Duration timeLimit) throws SmtpFailure {
        if (position < limit) {
            throw nonsense(Phase.STARTTLS, "more than was asked for before the TLS handshake");
        }
        watchdog.arm(timeLimit);
        try {
            // The address instead of the name: no server name is told, as Postfix does not.
            SSLSocket tls =
                    (SSLSocket)
                            factory.createSocket(
                                    socket,
                                    socket.getInetAddress().getHostAddress(),
                                    peer.port(),
                                    true);
            tls.startHandshake();
            layer = tls;
            in = tls.getInputStream();
            out = tls.getOutputStream();
        } catch (IOException e) {
            close();
            throw new SmtpFailure(
                    DeliveryStatus.local("4.7.5", "Cannot start TLS: handshake failure"));
        } finally {
            watchdog.disarm();
        }
    }

    /** Says good-bye without waiting for an answer, and closes. */
    void quit(Duration timeLimit) {
        watchdog.arm(timeLimit);
        try {
            command("QUIT");
            flush();
            if (encrypted()) {
                layer.shutdownOutput();
            }
        } catch (IOException e) {
            // It is gone already.
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        watchdog.release();
        try {
            // Not the encrypted layer: its close may wait for the peer.
            socket.close();
        } catch (IOException e) {
            // Closed all the same.
        } finally {
            onClose.run();
        }
    }

    private void flush() throws IOException {
        if (unsent.size() > 0) {
            unsent.writeTo(out);
            out.flush();
            unsent.reset();
        }
    }

    private SmtpReply readReply(Phase phase) throws IOException, SmtpFailure {
        List<String> lines = new ArrayList<>(1);
        int size = 0;
        while (true) {
            String line = readLine(phase, REPLY_LIMIT - size);
            if (!SmtpReply.isLine(line)) {
                throw nonsense(phase, line);
            }
            lines.add(line);
            if (!SmtpReply.continues(line)) {
                return new SmtpReply(lines);
            }
            size += line.length() + 2;
        }
    }

    private String readLine(Phase phase, int atMost) throws IOException, SmtpFailure {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int octet = read(); octet != '\n'; octet = read()) {
            line.write(octet);
            if (line.size() > atMost) {
                throw nonsense(phase, line.toString(StandardCharsets.UTF_8));
            }
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int read() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(received));
            if (limit == 0) {
                throw new EOFException();
            }
        }
        return received[position++] & 0xff;
    }

    private SmtpFailure broken(Phase phase) {
        String form =
                watchdog.hasBitten()
                        ? "conversation with %s timed out while %s"
                        : "lost connection with %s while %s";
        close();
        return new SmtpFailure(
                DeliveryStatus.local("4.4.2", form.formatted(peer.name(), phase.doing())));
    }

    private SmtpFailure nonsense(Phase phase, String line) {
        close();
        String quoted = line.length() > QUOTED ? line.substring(0, QUOTED) + "..." : line;
        transcript.in(quoted);
        transcript.unexpected(phase);
        return new SmtpFailure(
                new DeliveryStatus(
                        new EnhancedStatusCode(EnhancedStatusCode.TEMPORARY, 5, 0),
                        "protocol error: host %s sent no SMTP reply but \"%s\" while %s"
                                .formatted(peer.name(), quoted, phase.doing()),
                        quoted,
                        peer.hostName()));
    }
}
