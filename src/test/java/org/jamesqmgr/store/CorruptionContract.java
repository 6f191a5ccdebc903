/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A damaged message is set aside, reported and kept; it stops nothing else. */
public interface CorruptionContract extends StoreUnderTest {

    @Test
    @Tag("Q8")
    default void damagedMessageShouldNotStopTheOthers() throws Exception {
        damage(accept(newMailAt(1)));
        damage(accept(newMailAt(2).priority(9)));
        QueueId whole = accept(newMailAt(3));

        assertThat(drain(late())).containsExactly(whole);
    }

    @Test
    @Tag("Q8")
    default void damagedMessageShouldBeSetAsideAndReportedOnce() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        store().listen(listener);
        QueueId id = accept(newMail());
        damage(id);

        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(store().claim(id)).isEmpty();

        assertThat(listener.corruptCalls()).hasSize(1);
        assertThat(listener.corruptCalls().get(0).id()).isEqualTo(id);
        assertThat(listener.corruptCalls().get(0).reason()).isNotBlank();
        assertSetAside();
    }

    @Test
    @Tag("Q8")
    default void damagedMessageShouldNotBeGivenByItsId() throws Exception {
        QueueId fresh = accept(newMail());
        QueueId deferred = acceptDeferred(60);
        damage(fresh);
        damage(deferred);

        assertThat(store().claim(fresh)).isEmpty();
        assertThat(store().claim(deferred)).isEmpty();

        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 2L);
    }

    @Test
    @Tag("Q8")
    default void damagedMessageShouldBeSetAsideWhenItIsListed() throws Exception {
        QueueId first = accept(newMail());
        damage(accept(newMail()));
        QueueId last = accept(newMail());

        assertThat(listed(SPOOL)).containsExactly(first, last);
        assertThat(listed(SPOOL)).containsExactly(first, last);

        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 1L);
        assertThat(store().count(SPOOL)).isEqualTo(2);
    }

    @Test
    @Tag("Q8")
    @Tag("A9")
    default void corruptMessageShouldBeKeptUntilItIsRemoved() throws Exception {
        QueueId id = accept(newMail());
        reopenAfterClose(); // a new one may have a second copy
        damage(id);
        assertThat(store().claim(id)).isEmpty();

        reopenAfterKill();
        assertSetAside();
        reopenAfterClose();
        assertSetAside();

        assertThat(store().remove(id)).isEqualTo(OperatorResult.DONE);
        assertThat(store().counts().values()).containsOnly(0L);
        assertThat(store().remove(id)).isEqualTo(OperatorResult.NOT_FOUND);
    }

    @Test
    @Tag("Q8")
    default void corruptMessageShouldNotBeFlushedHeldOrReleased() throws Exception {
        QueueId id = accept(newMail());
        damage(id);
        assertThat(store().claim(id)).isEmpty();

        assertThat(store().flush(id, at(1))).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.NOT_FOUND);
        assertThat(store().release(id)).isEqualTo(OperatorResult.NOT_FOUND);

        assertSetAside();
    }

    @Test
    @Tag("Q8")
    default void messageDamagedWhileTheServerWasDownShouldStopNothing() throws Exception {
        damage(accept(newMailAt(1)));
        QueueId whole = accept(newMailAt(2));

        reopenAfterClose();

        assertThat(drain(late())).containsExactly(whole);
        assertSetAside();
    }

    private void assertSetAside() throws MessageStoreException {
        assertThat(store().counts()).containsEntry(QueueName.CORRUPT, 1L);
        assertThat(store().counts()).containsEntry(QueueName.INCOMING, 0L);
        assertThat(store().claimNext(SPOOL, late())).isEmpty();
        assertThat(listed(SPOOL)).isEmpty();
        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().transports()).isEmpty();
    }
}
