/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jamesqmgr.peer.SmtpClient;

/**
 * A client that sends one mail after the other for as long as the server lives. The mails can be told
 * apart, and their contents be foretold from their ids.
 */
final class MailStream {

    /** The header with the id. */
    static final String ID = "X-Stream-Id";

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final String LINE =
            "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n";

    private final FutureTask<Void> task;

    private MailStream(Callable<Void> sending) {
        this.task = new FutureTask<>(sending);
    }

    /** Mail to one recipient on another server. */
    static MailStream start(int port, String name, Consumer<String> accepted) throws IOException {
        return start(port, name, id -> List.of("someone@elsewhere.example"), accepted);
    }

    /**
     * Mail to whom the test says.
     *
     * @param name the ids begin with it
     * @param recipients of the mail with an id
     * @param accepted told the id of each mail that was accepted, and of no other
     */
    static MailStream start(
            int port,
            String name,
            Function<String, List<String>> recipients,
            Consumer<String> accepted)
            throws IOException {
        SmtpClient client = SmtpClient.connect(port);
        MailStream stream = new MailStream(() -> sendUntilCut(client, name, recipients, accepted));
        Thread thread = new Thread(stream.task, "stream-" + name);
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    /** Waits until the server is gone; fails if it has refused a mail. */
    void awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        task.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Some bodies are longer than what James keeps in memory. */
    static String body(String id) {
        int lines = id.endsWith("7") ? 2000 : 20;
        return "mail " + id + "\r\n" + LINE.repeat(lines);
    }

    private static Void sendUntilCut(
            SmtpClient client,
            String name,
            Function<String, List<String>> recipients,
            Consumer<String> accepted) {
        try (client) {
            for (int i = 0; ; i++) {
                String id = name + "-" + i;
                SmtpClient.Reply reply =
                        client.send("sender@localhost", recipients.apply(id), content(id));
                if (reply.code() != 250) {
                    throw new AssertionError(id + " was refused: " + reply.text());
                }
                accepted.accept(id);
            }
        } catch (IOException e) {
            return null; // killed: whether the mail under way was accepted nobody knows
        }
    }

    static byte[] content(String id) {
        String text = ID + ": " + id + "\r\nSubject: stream\r\n\r\n" + body(id);
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
