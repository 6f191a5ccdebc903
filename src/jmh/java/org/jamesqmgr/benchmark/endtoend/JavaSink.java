/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.testing.Ports;

/** A sink with a thread for each connection, for machines without {@code smtp-sink}. */
final class JavaSink implements Sink {

    private static final int BACKLOG = 512;
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_LINE = 1 << 12;
    private static final byte[] OK = line("250 2.0.0 Ok");
    private static final byte[] GREETING = line("220 localhost ESMTP");
    private static final byte[] EXTENSIONS =
            line("250-localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES");
    private static final byte[] GO_ON = line("354 End data with <CR><LF>.<CR><LF>");
    private static final byte[] BYE = line("221 2.0.0 Bye");

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Arrivals arrivals = new Arrivals();

    private JavaSink(ServerSocket server) {
        this.server = server;
    }

    static JavaSink open() throws IOException {
        ServerSocket server =
                new ServerSocket(Ports.free(), BACKLOG, InetAddress.getLoopbackAddress());
        JavaSink sink = new JavaSink(server);
        daemon(sink::acceptAll);
        return sink;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "sink");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                daemon(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed: the run is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            OutputStream out = new BufferedOutputStream(connection.getOutputStream());
            Input in = new Input(connection.getInputStream(), out);
            out.write(GREETING);
            byte[] answer = OK;
            while (answer != BYE) {
                answer = answer(in.command());
                out.write(answer);
                if (answer == GO_ON) {
                    in.skipContent();
                    arrivals.add();
                    out.write(OK);
                }
            }
            out.flush();
        } catch (IOException e) {
            // The other side has gone: its business.
        } finally {
            connections.remove(connection);
        }
    }

    private static byte[] answer(String command) {
        return switch (command) {
            case "EHLO" -> EXTENSIONS;
            case "DATA" -> GO_ON;
            case "QUIT" -> BYE;
            default -> OK;
        };
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public Duration processorTime() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "our own in Java";
    }

    /** Commands by their first four letters, and contents of which nothing is kept. */
    private static final class Input {
        private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

        private final InputStream in;
        private final OutputStream answers;
        private final byte[] buffer = new byte[BUFFER];
        private int next;
        private int end;

        /**
         * @param answers sent when there is nothing more to be read, as smtp-sink does: commands that come
         *     together are answered together (RFC 2920)
         */
        Input(InputStream in, OutputStream answers) {
            this.in = in;
            this.answers = answers;
        }

        String command() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int read = read(); read != '\n'; read = read()) {
                if (line.length() < LONGEST_LINE) {
                    line.append((char) read);
                }
            }
            return line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT);
        }

        /** To the line with a dot. The end of the command before it is the end of a line, too. */
        void skipContent() throws IOException {
            int matched = 2;
            while (matched < END.length) {
                int read = read();
                if (read == END[matched]) {
                    matched++;
                } else {
                    matched = read == '\r' ? 1 : 0;
                }
            }
        }

        private int read() throws IOException {
            if (next == end) {
                answers.flush();
                next = 0;
                end = in.read(buffer);
                if (end < 0) {
                    throw new IOException("the other side has gone");
                }
            }
            return buffer[next++];
        }
    }
}
