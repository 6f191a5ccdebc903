/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.IOException;
import java.time.Clock;
import javax.mail.internet.AddressException;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A failed attempt on our store: claim, begin work, defer. A stock of messages is deferred again and
 * again. Nothing is forced to disk by it, so there is nothing to compare it with.
 */
@State(Scope.Benchmark)
public class DirectoryStoreDefer {

    private static final int STOCK = 2000;

    private final Clock clock = Clock.systemUTC();
    private final DirectoryStore messages = new DirectoryStore();

    @Setup
    public void open() throws IOException, MessageStoreException, AddressException {
        messages.size = Contents.SMALL;
        messages.open();
    }

    /** New messages each time: the records of many deferrals make a file longer. */
    @Setup(Level.Iteration)
    public void renew() throws MessageStoreException {
        messages.store().removeAll(DirectoryStore.TRANSPORT);
        for (int i = 0; i < STOCK; i++) {
            messages.accept();
        }
    }

    @TearDown
    public void close() throws IOException, MessageStoreException {
        messages.close();
    }

    @Benchmark
    public void claimDefer() throws MessageStoreException {
        MessageLease lease = messages.claim();
        MessageStatus status = lease.message().status();
        lease.defer(status.deferred(clock.instant(), "host mx.example.net did not answer"));
    }
}
