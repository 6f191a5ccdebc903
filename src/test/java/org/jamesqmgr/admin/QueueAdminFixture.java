/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;

/** Queues with mail that nobody delivers, and their administrator. */
public final class QueueAdminFixture implements AutoCloseable {

    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    public static final TransportName SMTP = new TransportName("smtp");
    public static final TransportName SPOOL = new TransportName("spool");

    public final SettableClock clock;
    public final FailingMessageStore store;
    public final QueueManager queueManager;
    public final QueueAdmin admin;

    private final MessageStore kept;

    private QueueAdminFixture(MessageStore kept, SettableClock clock) {
        this.kept = kept;
        this.clock = clock;
        this.store = new FailingMessageStore(kept);
        this.queueManager =
                QueueManager.start(
                        store, EngineSettings.defaults(), clock, QueueEventListener.NONE);
        this.admin = new QueueAdmin(queueManager, store, new ToSpool(), clock);
    }

    public static QueueAdminFixture inMemory() {
        SettableClock clock = new SettableClock(NOW);
        return new QueueAdminFixture(new MemoryMessageStore(clock), clock);
    }

    public static QueueAdminFixture inDirectory(Path directory) throws Exception {
        SettableClock clock = new SettableClock(NOW);
        return new QueueAdminFixture(DirectoryMessageStore.open(directory, clock), clock);
    }

    private static final class ToSpool implements Requeueing {

        @Override
        public Optional<Envelope> envelope(QueuedMessage message, Instant now) {
            Envelope before = message.envelope();
            return Optional.of(
                    new EnvelopeBuilder(
                                    SPOOL,
                                    before.sender(),
                                    message.pendingRecipients(),
                                    before.arrival(),
                                    Optional.of(now),
                                    Optional.empty(),
                                    before.priority(),
                                    before.attributes())
                            .build());
        }

        @Override
        public String header(QueuedMessage message, Instant now) {
            return "Received: again at " + now.atZone(ZoneOffset.UTC).toLocalDate() + "\r\n";
        }
    }

    public EnvelopeBuilder mail(String... recipients) {
        return EnvelopeBuilder.mail(SMTP, clock.instant()).to(recipients);
    }

    public QueueId accept(EnvelopeBuilder envelope) throws Exception {
        return queueManager.submit(
                envelope.build(),
                out -> out.write("Subject: test\r\n\r\nbody\r\n".getBytes(US_ASCII)),
                Provenance.UNKNOWN);
    }

    public List<QueueId> accept(int messages) throws Exception {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(accept(mail("a@x.example")));
        }
        return ids;
    }

    /** A message whose first recipients were tried, with this reply, and that waits. */
    public QueueId deferred(String reason, EnvelopeBuilder envelope) throws Exception {
        return tried("4.2.0", reason, envelope);
    }

    /** A message whose first recipient has failed for good, of which its sender is not told yet. */
    public QueueId undeliverable(String reason, EnvelopeBuilder envelope) throws Exception {
        return tried("5.1.1", reason, envelope);
    }

    private QueueId tried(String code, String reason, EnvelopeBuilder envelope) throws Exception {
        QueueId id = accept(envelope);
        try (MessageLease lease = store.claim(id).orElseThrow()) {
            DeliveryStatus status = DeliveryStatus.local(code, reason);
            lease.record(
                    List.of(
                            Attempt.immediate(
                                    NOW,
                                    RecipientOutcome.of(
                                            envelope.build().recipients().get(0), status))));
            lease.defer(lease.message().status().deferred(NOW.plusSeconds(1000), reason));
        }
        return id;
    }

    /** A message in memory that is in the corrupt queue. */
    public QueueId damaged() throws Exception {
        QueueId id = accept(1).get(0);
        ((MemoryMessageStore) kept).damage(id);
        kept.find(id);
        return id;
    }

    public QueuedMessage found(QueueId id) throws Exception {
        return store.find(id).orElseThrow();
    }

    @Override
    public void close() throws MessageStoreException {
        store.fail(false);
        queueManager.close();
    }
}
