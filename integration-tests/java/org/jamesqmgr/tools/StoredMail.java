/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.Attempts.deferred;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.directory.DirectoryMessageStore;

/** What is in a queue directory while no server has it. */
final class StoredMail {

    private static final String RECIPIENT = "somebody@elsewhere.example";

    private StoredMail() {}

    /** New, waiting, on hold; returns all of it. */
    static Map<QueuedMessage, String> populate(Path queue, int messages) throws Exception {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        try (MessageStore store = DirectoryMessageStore.open(queue, Clock.systemUTC())) {
            for (int i = 0; i < messages; i++) {
                byte[] text =
                        ("Subject: " + i + "\r\n\r\n" + "text ".repeat(i % 200)).getBytes(US_ASCII);
                QueueId id =
                        store.accept(
                                mail(new TransportName("smtp"), now).to(RECIPIENT).build(),
                                out -> out.write(text));
                if (i % 3 > 0) {
                    MessageLease lease = store.claim(id).orElseThrow();
                    lease.record(List.of(deferred(now, RECIPIENT, "450 later")));
                    lease.defer(lease.message().status().deferred(now.plusSeconds(i), "later"));
                }
                if (i % 3 > 1) {
                    assertThat(store.hold(id, "looked at")).isEqualTo(OperatorResult.DONE);
                }
            }
        }
        return contents(queue);
    }

    /** All messages with their texts. */
    static Map<QueuedMessage, String> contents(Path queue) throws Exception {
        try (MessageStore store = DirectoryMessageStore.open(queue, Clock.systemUTC())) {
            Map<QueuedMessage, String> contents = new HashMap<>();
            store.transports().stream()
                    .flatMap(store::list)
                    .forEach(message -> contents.put(message, text(store, message)));
            return contents;
        }
    }

    private static String text(MessageStore store, QueuedMessage message) {
        try (InputStream in = store.content(message).open()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int count(QueueFiles files) {
        return files.in("incoming").size() + files.in("deferred").size() + files.in("hold").size();
    }
}
