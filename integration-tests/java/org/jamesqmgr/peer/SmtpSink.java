/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The next hop: an SMTP server in the test's own process that keeps, byte for byte, what is sent to
 * it. Takes any number of connections at once. Safe for use by any thread.
 */
public final class SmtpSink implements AutoCloseable {

    /**
     * What the sink says to its clients. Called on the thread of the connection: an answer that takes
     * its time makes the sink slow for that client alone.
     */
    public interface Answers {

        /** The reply to RCPT TO. */
        default String toRecipient(String recipient) {
            return "250 2.1.5 known";
        }

        /** The reply to the dot that ends a message. */
        default String toMessage(ReceivedMail mail) {
            return "250 2.0.0 taken";
        }
    }

    /** Takes everything. */
    public static final Answers YES = new Answers() {};

    private final ServerSocket server;
    private final Answers answers;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Queue<ReceivedMail> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<ReceivedMail> taken = new ConcurrentLinkedQueue<>();

    private SmtpSink(ServerSocket server, Answers answers) {
        this.server = server;
        this.answers = answers;
    }

    /** A sink that listens on this port of 127.0.0.1. */
    public static SmtpSink listen(int port, Answers answers) throws IOException {
        ServerSocket server = new ServerSocket(port, 512, InetAddress.getLoopbackAddress());
        SmtpSink sink = new SmtpSink(server, answers);
        daemon("sink-" + port, sink::acceptConnections);
        return sink;
    }

    /** Every mail that came in whole, in the order of arrival, whatever the answer was. */
    public List<ReceivedMail> arrived() {
        return List.copyOf(arrived);
    }

    /** The mails that were answered with 2xx; recorded before the answer is sent. */
    public List<ReceivedMail> taken() {
        return List.copyOf(taken);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptConnections() {
        try {
            while (!server.isClosed()) {
                Socket connection = server.accept();
                connections.add(connection);
                daemon("sink-connection", () -> serve(connection));
            }
        } catch (SocketException e) {
            // Closed: the end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket connection) {
        try (connection;
                BufferedInputStream in = new BufferedInputStream(connection.getInputStream());
                BufferedOutputStream out = new BufferedOutputStream(connection.getOutputStream())) {
            new Session(new SmtpLines(in, out)).run();
        } catch (IOException e) {
            // The client is gone, killed perhaps: what it had not sent whole never arrived.
        } finally {
            connections.remove(connection);
        }
    }

    private final class Session {

        private final SmtpLines lines;
        private String sender = "";
        private List<String> recipients = new ArrayList<>();

        Session(SmtpLines lines) {
            this.lines = lines;
        }

        void run() throws IOException {
            lines.write("220 sink.test ESMTP");
            String line;
            do {
                line = lines.read();
                answer(line);
            } while (!line.equalsIgnoreCase("QUIT"));
        }

        private void answer(String line) throws IOException {
            int end = line.indexOf(' ') < 0 ? line.length() : line.indexOf(' ');
            switch (line.substring(0, end).toUpperCase(Locale.ROOT)) {
                case "EHLO" -> lines.write("250-sink.test\r\n250-8BITMIME\r\n250 SIZE 0");
                case "MAIL" -> begin(line);
                case "RCPT" -> recipient(line);
                case "DATA" -> data();
                case "RSET" -> {
                    recipients = new ArrayList<>();
                    lines.write("250 2.0.0 forgotten");
                }
                case "QUIT" -> lines.write("221 2.0.0 bye");
                default -> lines.write("250 2.0.0 ok");
            }
        }

        private void begin(String line) throws IOException {
            sender = address(line);
            recipients = new ArrayList<>();
            lines.write("250 2.1.0 ok");
        }

        private void recipient(String line) throws IOException {
            String recipient = address(line);
            String reply = answers.toRecipient(recipient);
            if (reply.startsWith("2")) {
                recipients.add(recipient);
            }
            lines.write(reply);
        }

        private void data() throws IOException {
            if (recipients.isEmpty()) {
                lines.write("554 5.5.1 no valid recipients");
                return;
            }
            lines.write("354 go on");
            ReceivedMail mail = new ReceivedMail(sender, recipients, lines.readContent());
            arrived.add(mail);
            String reply = answers.toMessage(mail);
            if (reply.startsWith("2")) {
                taken.add(mail);
            }
            recipients = new ArrayList<>();
            lines.write(reply);
        }

        /** What stands between the outermost brackets: quoted local parts may contain others. */
        private static String address(String line) {
            int begin = line.indexOf('<');
            int end = line.lastIndexOf('>');
            return begin < 0 || end < begin ? line : line.substring(begin + 1, end);
        }
    }
}
