/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreContract;

/** The twin that other tests build upon must keep a store's promises too. */
class MemoryMessageStoreTest implements MessageStoreContract {

    private final UpdatableTickingClock clock = new UpdatableTickingClock(START);
    private MemoryMessageStore store = new MemoryMessageStore(clock);

    @Override
    public MessageStore store() {
        return store;
    }

    @Override
    public MessageStore reopenAfterKill() {
        store = store.afterKill();
        return store;
    }

    @Override
    public MessageStore reopenAfterClose() {
        store = store.afterClose();
        return store;
    }

    @Override
    public UpdatableTickingClock clock() {
        return clock;
    }

    @Override
    public void damage(QueueId id) {
        store.damage(id);
    }
}
