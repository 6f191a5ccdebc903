/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.MessageStoreException;

/** Remembers who was told of what; fails if the test wants it to, in everything. */
final class RecordingFollowUp implements FollowUp {

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> successes = new CopyOnWriteArrayList<>();
    private final List<String> delays = new CopyOnWriteArrayList<>();
    private final List<String> reasons = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
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

    List<String> delays() {
        return List.copyOf(delays);
    }

    /** Of the failures, each with its code. */
    List<String> reasons() {
        return List.copyOf(reasons);
    }

    /** What was called, in order, whether or not it failed. */
    List<String> calls() {
        return List.copyOf(calls);
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
        mayFail("undeliverable");
        attempts.forEach(attempt -> failures.add(attempt.outcome().recipient().asString()));
        attempts.stream()
                .map(attempt -> attempt.outcome().status())
                .forEach(status -> reasons.add(status.code() + " " + status.reason()));
    }

    @Override
    public void delayed(QueuedMessage message, Content content, List<Attempt> attempts)
            throws MessageStoreException {
        mayFail("delayed");
        attempts.forEach(attempt -> delays.add(attempt.outcome().recipient().asString()));
    }

    @Override
    public void delivered(QueuedMessage message, Content content, List<Attempt> attempts)
            throws MessageStoreException {
        mayFail("delivered");
        attempts.forEach(attempt -> successes.add(attempt.outcome().recipient().asString()));
    }

    private void mayFail(String call) throws MessageStoreException {
        calls.add(call);
        if (defect.isPresent()) {
            throw defect.get();
        }
        if (broken) {
            throw new MessageStoreException("no room for reports");
        }
    }
}
