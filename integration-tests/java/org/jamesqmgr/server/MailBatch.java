/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpClient;

/**
 * So many mails, sent over some sessions at once. Each has its id in its Message-ID, so that the mail
 * log has it, too.
 */
public final class MailBatch {

    private static final int SESSIONS = 4;
    private static final Duration END_LIMIT = Duration.ofMinutes(3);

    private final int size;
    private final String sender;
    private final Function<String, List<String>> recipients;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private final List<FutureTask<Void>> sessions = new ArrayList<>();

    private MailBatch(int size, String sender, Function<String, List<String>> recipients) {
        this.size = size;
        this.sender = sender;
        this.recipients = recipients;
    }

    /**
     * Begins to send.
     *
     * @param recipients of the mail with an id
     */
    static MailBatch start(int port, int size, Function<String, List<String>> recipients)
            throws IOException {
        return start(port, size, "sender@localhost", recipients);
    }

    /**
     * Begins to send.
     *
     * @param sender of all, empty for none
     * @param recipients of the mail with an id
     */
    public static MailBatch start(
            int port, int size, String sender, Function<String, List<String>> recipients)
            throws IOException {
        MailBatch batch = new MailBatch(size, sender, recipients);
        for (int i = 0; i < SESSIONS; i++) {
            batch.startSession(SmtpClient.connect(port));
        }
        return batch;
    }

    private void startSession(SmtpClient client) {
        FutureTask<Void> task = new FutureTask<>(() -> send(client), null);
        sessions.add(task);
        Thread thread = new Thread(task, "batch-" + sessions.size());
        thread.setDaemon(true);
        thread.start();
    }

    private void send(SmtpClient client) {
        try (client) {
            for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
                String id = Integer.toString(i);
                SmtpClient.Reply reply = client.send(sender, recipients.apply(id), content(id));
                if (reply.code() != 250) {
                    throw new AssertionError(id + " was refused: " + reply.text());
                }
                accepted.add(id);
            }
        } catch (IOException e) {
            // Killed: whether the mail under way was accepted nobody knows.
        }
    }

    private static byte[] content(String id) {
        String text = "Message-ID: " + messageId(id) + "\r\nSubject: both\r\n\r\ntext\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String messageId(String id) {
        return "<" + id + "@batch.example>";
    }

    /** Of a mail of any batch. */
    static String id(ReceivedMail mail) {
        return id(mail.header("Message-ID").orElseThrow());
    }

    /** From a Message-ID. */
    static String id(String messageId) {
        return messageId.substring(1, messageId.indexOf('@'));
    }

    /** Waits until all is sent or the server gone; fails if it has refused a mail. */
    public Set<String> awaitEnd()
            throws InterruptedException, ExecutionException, TimeoutException {
        for (FutureTask<Void> session : sessions) {
            session.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        return accepted();
    }

    /** The ids of the mails that were accepted so far. */
    Set<String> accepted() {
        return Set.copyOf(accepted);
    }
}
