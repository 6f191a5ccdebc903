/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/** Remembers who was told of what; fails if the test wants it to. */
final class RecordingFollowUp implements FollowUp {

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> successes = new CopyOnWriteArrayList<>();
    private volatile boolean broken;
    private volatile Optional<Error> defect = Optional.empty();

    void breaks(boolean now) {
        broken = now;
    }

    /** Reports end with this. */
    void isDefective(Error how) {
        defect = Optional.of(how);
    }

    void isMended() {
        defect = Optional.empty();
    }

    /** Recipients reported, in order. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    List<String> successes() {
        return List.copyOf(successes);
    }

    @Override
    public void undeliverable(QueuedMessage message, Content content, List<Attempt> attempts)
            throws MessageStoreException {
        if (defect.isPresent()) {
            throw defect.get();
        }
        if (broken) {
            throw new MessageStoreException("no room for reports");
        }
        attempts.forEach(attempt -> failures.add(attempt.outcome().recipient().asString()));
    }

    @Override
    public void delivered(QueuedMessage message, Content content, List<Attempt> attempts) {
        attempts.forEach(attempt -> successes.add(attempt.outcome().recipient().asString()));
    }
}
