/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Our store as the engine uses it: accept, claim, begin work, complete. */
@State(Scope.Benchmark)
public class DirectoryStore {

    static final TransportName TRANSPORT = new TransportName("spool");

    @Param({Sizes.SMALL, Sizes.LARGE})
    public int size;

    private final Clock clock = Clock.systemUTC();
    private byte[] content;
    private Path root;
    private MessageStore store;
    private MailAddress sender;
    private MailAddress recipient;

    @Setup
    public void open() throws IOException, MessageStoreException, AddressException {
        content = Contents.ofSize(size);
        sender = new MailAddress("sender@example.com");
        recipient = new MailAddress("recipient@example.net");
        root = BenchmarkDirectory.open().subdirectory("store");
        store = DirectoryMessageStore.open(root, clock);
    }

    @TearDown
    public void close() throws IOException, MessageStoreException {
        store.close();
        BenchmarkDirectory.remove(root);
    }

    @Benchmark
    public void enqueueClaimRemove() throws MessageStoreException {
        accept();
        MessageLease lease = claim();
        lease.complete();
    }

    MessageStore store() {
        return store;
    }

    void accept() throws MessageStoreException {
        store.accept(envelope(clock.instant()), out -> out.write(content));
    }

    /** The message that is next, with the work on it begun. */
    MessageLease claim() throws MessageStoreException {
        Instant now = clock.instant();
        MessageLease lease =
                store.claimNext(TRANSPORT, new ClaimWindow(now, now, false)).orElseThrow();
        lease.begin(now);
        return lease;
    }

    /** What James's mails need is about this much. */
    private Envelope envelope(Instant now) {
        return new Envelope(
                TRANSPORT,
                MaybeSender.of(sender),
                List.of(recipient),
                now,
                now,
                now,
                Envelope.NORMAL_PRIORITY,
                Map.of(
                        "name", "\"Mail1700000000000-7d9c1c3b\"",
                        "state", "\"root\"",
                        "remote_host", "\"client.example.com\"",
                        "remote_address", "\"192.0.2.1\"",
                        "last_updated", "1700000000000"),
                DeliveryOptions.NONE);
    }
}
