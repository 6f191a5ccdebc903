/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * A real SMTP server on a port of loopback that behaves at each step as it was told, well unless it
 * was told otherwise, and remembers what it was sent. Safe for use by any thread; may be told more
 * while it runs.
 */
public final class ScriptedSmtpServer implements AutoCloseable {

    /** What the server reacts to. */
    public enum Step {
        GREETING("220 peer.test ESMTP"),
        EHLO(""),
        HELO("250 peer.test"),
        STARTTLS("220 2.0.0 go ahead"),
        AUTH("235 2.7.0 welcome"),
        MAIL("250 2.1.0 sender ok"),
        RCPT("250 2.1.5 recipient ok"),
        DATA("354 go on"),
        DOT("250 2.0.0 Ok: queued as PEER1"),
        RSET("250 2.0.0 reset"),
        QUIT("221 2.0.0 bye");

        private final String usual;

        Step(String usual) {
            this.usual = usual;
        }
    }

    /** What the server does at a step. */
    @FunctionalInterface
    public interface Reaction {

        /** False to end the session. */
        boolean react(ScriptedSmtpServerSession session) throws IOException;

        /** Lines of a reply, with their codes. */
        static Reaction reply(String... lines) {
            return session -> {
                session.say(String.join("\r\n", lines) + "\r\n");
                return true;
            };
        }

        /** The text as it is, whether it is a reply or not. */
        static Reaction raw(String text) {
            return session -> {
                session.say(text);
                return true;
            };
        }

        /** Closes the connection without a word. */
        static Reaction drop() {
            return session -> false;
        }

        /** Says it, then closes the connection. */
        static Reaction replyAndDrop(String line) {
            return session -> {
                session.say(line + "\r\n");
                session.flush();
                return false;
            };
        }

        /** Says nothing more, and reads nothing more. */
        static Reaction hang() {
            return session -> {
                session.flush();
                session.rest(Long.MAX_VALUE);
                return false;
            };
        }

        /** One byte after the other, for ever or to the end of the text. */
        static Reaction drip(String text, long millis) {
            return session -> {
                for (int i = 0; i < text.length(); i++) {
                    session.say(text.substring(i, i + 1));
                    session.flush();
                    session.rest(millis);
                }
                return true;
            };
        }

        /** The same without an end: it never comes to the end of a line. */
        static Reaction endless(String piece) {
            return session -> {
                while (true) {
                    session.say(piece);
                    session.flush();
                }
            };
        }
    }

    private record Rule(
            Step step, Predicate<String> line, Reaction reaction, AtomicInteger timesLeft) {

        boolean applies(Step actual, String text) {
            return step == actual && line.test(text) && timesLeft.getAndDecrement() > 0;
        }
    }

    /**
     * A mail the server was sent to the final dot.
     *
     * @param wire what was between DATA and the dot, one character for each byte
     */
    public record Received(String mail, List<String> recipients, String wire) {

        /** The content, without the dots that were stuffed. */
        public String content() {
            return wire.replaceAll("(?<=\\A|\r\n)\\.", "");
        }
    }

    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger peak = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger early = new AtomicInteger();
    private volatile List<String> extensions = List.of();
    private volatile Optional<SSLContext> tls = Optional.empty();
    private volatile Optional<Step> heldUntil = Optional.empty();

    private ScriptedSmtpServer(ServerSocket listener) {
        this.listener = listener;
    }

    public static ScriptedSmtpServer start() {
        try {
            ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            ScriptedSmtpServer server = new ScriptedSmtpServer(listener);
            server.threads.execute(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What EHLO announces. */
    public ScriptedSmtpServer announcing(String... words) {
        extensions = List.of(words);
        return this;
    }

    public ScriptedSmtpServer withTls(SSLContext context) {
        tls = Optional.of(context);
        return this;
    }

    /** Whenever it comes to this step, unless an earlier rule applies. */
    public ScriptedSmtpServer on(Step step, Reaction reaction) {
        return on(step, "", reaction, Integer.MAX_VALUE);
    }

    /** At this step, if the command contains the text, for so many times. */
    public ScriptedSmtpServer on(Step step, String text, Reaction reaction, int times) {
        rules.add(new Rule(step, line -> line.contains(text), reaction, new AtomicInteger(times)));
        return this;
    }

    public ScriptedSmtpServer on(Step step, String text, Reaction reaction) {
        return on(step, text, reaction, Integer.MAX_VALUE);
    }

    /** Says nothing from MAIL on before this step has come: who waits for replies waits in vain. */
    public ScriptedSmtpServer holdingRepliesUntil(Step step) {
        heldUntil = Optional.of(step);
        return this;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections there were. */
    public int connections() {
        return accepted.get();
    }

    /** How many there were at once. */
    public int peakSessions() {
        return peak.get();
    }

    public int openSessions() {
        return open.size();
    }

    /** All command lines, in the order of their arrival. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /** How many commands came before the one in front of them was answered. */
    public int earlyCommands() {
        return early.get();
    }

    @Override
    public void close() {
        stopped.countDown();
        threads.shutdownNow();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Reaction reaction(Step step, String line) {
        return rules.stream()
                .filter(rule -> rule.applies(step, line))
                .findFirst()
                .map(Rule::reaction)
                .orElseGet(() -> Reaction.reply(usual(step)));
    }

    Optional<SSLContext> tls() {
        return tls;
    }

    Optional<Step> heldUntil() {
        return heldUntil;
    }

    CountDownLatch stopped() {
        return stopped;
    }

    void command(String line) {
        commands.add(line);
    }

    void early() {
        early.incrementAndGet();
    }

    void received(Received mail) {
        received.add(mail);
    }

    private String[] usual(Step step) {
        if (step != Step.EHLO) {
            return new String[] {step.usual};
        }
        String[] lines = new String[extensions.size() + 1];
        for (int i = 0; i < lines.length; i++) {
            String word = i == 0 ? "peer.test" : extensions.get(i - 1);
            lines[i] = (i == lines.length - 1 ? "250 " : "250-") + word;
        }
        return lines;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                peak.accumulateAndGet(open.size(), Math::max);
                threads.execute(() -> serve(socket));
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new ScriptedSmtpServerSession(this, socket).run();
        } catch (IOException e) {
            // The client is gone, which may be what the test wants.
        } finally {
            open.remove(socket);
        }
    }
}
