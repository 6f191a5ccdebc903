/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes every mail, after some time, and no more of them than it was told to: the others' clients wait
 * for the reply to the final dot.
 */
public final class SlowAnswers implements SmtpSink.Answers {

    private final Duration pause;
    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger waiting = new AtomicInteger();

    public SlowAnswers(Duration pause) {
        this.pause = pause;
    }

    /** Takes so many more. */
    public void take(int mails) {
        permits.release(mails);
    }

    /** Takes all from now on. */
    public void takeAll() {
        permits.release(Integer.MAX_VALUE / 2);
    }

    /** How many clients wait for a reply that they will not get yet. */
    public int waiting() {
        return waiting.get();
    }

    @Override
    public String toMessage(ReceivedMail mail) {
        waiting.incrementAndGet();
        permits.acquireUninterruptibly();
        waiting.decrementAndGet();
        LockSupport.parkNanos(pause.toNanos());
        return "250 2.0.0 taken";
    }
}
