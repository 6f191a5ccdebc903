/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jamesqmgr.peer.SmtpClient;

/**
 * A client as the others on the net are: sends one mail after the other to a server and tries later
 * what that did not take, or could not be told of, for as long as it is wanted.
 */
final class SharedStream {

    private static final String RECIPIENT = "someone@elsewhere.example";
    private static final int PAUSE_MILLIS = 200;
    private static final int END_SECONDS = 90;

    private final int port;
    private final String name;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final FutureTask<Void> task = new FutureTask<>(this::sendUntilStopped, null);

    private SharedStream(int port, String name) {
        this.port = port;
        this.name = name;
    }

    /**
     * @param name the ids begin with it
     */
    static SharedStream start(int port, String name) {
        SharedStream stream = new SharedStream(port, name);
        Thread thread = new Thread(stream.task, "stream-" + name);
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    /** The ids of what was answered with 250. */
    Set<String> accepted() {
        return accepted;
    }

    /** How often a mail was answered with 4xx. */
    int refused() {
        return refused.get();
    }

    /** Ends after the mail under way; fails if one was refused for good. */
    void stop() throws Exception {
        enough.countDown();
        task.get(END_SECONDS, TimeUnit.SECONDS);
    }

    private void sendUntilStopped() {
        int number = 0;
        while (enough.getCount() > 0) {
            try (SmtpClient client = SmtpClient.connect(port)) {
                while (enough.getCount() > 0 && sent(client, name + "-" + number)) {
                    number++;
                }
            } catch (IOException e) {
                // Killed: nobody knows whether the mail under way was taken, so it goes again.
            }
            pause();
        }
    }

    private boolean sent(SmtpClient client, String id) throws IOException {
        SmtpClient.Reply reply =
                client.send("sender@localhost", List.of(RECIPIENT), MailStream.content(id));
        if (reply.code() == 250) {
            accepted.add(id);
            return true;
        }
        if (reply.code() / 100 != 4) {
            throw new AssertionError(id + " was refused: " + reply.text());
        }
        refused.incrementAndGet();
        return false;
    }

    private void pause() {
        try {
            enough.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            enough.countDown();
        }
    }
}
