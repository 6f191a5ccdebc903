/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreContract;
import org.jamesqmgr.testing.ArtemisBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** What every store promises, kept at a broker in another process. */
@Tag("X1")
class ArtemisMessageStoreTest implements MessageStoreContract {

    private static SharedQueues queues;

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisMessageStore store;

    @BeforeAll
    static void connect() throws Exception {
        queues = new SharedQueues(ArtemisBroker.shared());
    }

    @AfterAll
    static void disconnect() {
        queues.close();
    }

    @BeforeEach
    void open() throws Exception {
        queues.clear();
        openAgain();
    }

    private void openAgain() throws Exception {
        store = queues.open("mx1", clock);
        opened(store);
    }

    /** What a server does that has just started. */
    void opened(ArtemisMessageStore started) {}

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public MessageStore store() {
        return store;
    }

    @Override
    public MessageStore reopenAfterKill() throws Exception {
        store.die();
        openAgain();
        return store;
    }

    @Override
    public MessageStore reopenAfterClose() throws Exception {
        store.close();
        openAgain();
        return store;
    }

    @Override
    public UpdatableTickingClock clock() {
        return clock;
    }

    @Override
    public void damage(QueueId id) throws Exception {
        store.shareAll();
        queues.damage(id);
    }
}
