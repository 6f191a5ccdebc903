/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every store promises, kept at a broker in another process. */
@Tag("X1")
class ArtemisMessageStoreTest implements MessageStoreContract {

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private ArtemisMessageStore store;

    @BeforeEach
    void open() throws Exception {
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
