/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Sends with a thread for each session, for machines without {@code smtp-source}. */
final class JavaSource implements Source {

    private static final int LINE = 78;

    @Override
    public void send(List<Integer> ports, Load load, long messages)
            throws IOException, InterruptedException {
        byte[] message = message(load.size());
        AtomicLong left = new AtomicLong(messages);
        ExecutorService sessions = Executors.newFixedThreadPool(load.sessions());
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < load.sessions(); i++) {
                int port = ports.get(i % ports.size());
                ends.add(sessions.submit(() -> session(port, message, left)));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            sessions.shutdownNow();
        }
    }

    private static Void session(int port, byte[] message, AtomicLong left) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            Session session = new Session(socket);
            session.expect('2');
            session.say("EHLO localhost", '2');
            while (left.getAndDecrement() > 0) {
                session.say("MAIL FROM:<" + FROM + ">", '2');
                session.say("RCPT TO:<" + TO + ">", '2');
                session.say("DATA", '3');
                session.send(message);
                session.expect('2');
            }
            session.say("QUIT", '2');
            return null;
        }
    }

    private static byte[] message(int size) {
        StringBuilder text = new StringBuilder(size + 200);
        text.append("From: <").append(FROM).append(">\r\nTo: <").append(TO).append(">\r\n");
        text.append("Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n");
        text.append("Message-Id: <1@load.example>\r\n\r\n");
        for (int left = size; left > 0; left -= LINE + 2) {
            text.append("X".repeat(Math.min(LINE, Math.max(0, left - 2)))).append("\r\n");
        }
        return text.append(".\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "our own in Java";
    }

    private static final class Session {
        private final OutputStream out;
        private final BufferedReader in;

        Session(Socket socket) throws IOException {
            out = socket.getOutputStream();
            in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void say(String command, char reply) throws IOException {
            send((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            expect(reply);
        }

        void send(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        /** Reads a reply to its last line. */
        void expect(char first) throws IOException {
            String line = in.readLine();
            while (line != null && line.length() > 3 && line.charAt(3) == '-') {
                line = in.readLine();
            }
            if (line == null || line.isEmpty() || line.charAt(0) != first) {
                throw new IOException("the server says " + line);
            }
        }
    }
}
