/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NoticeLedger;
import org.jamesqmgr.notice.NoticeOutbox;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The desk of a server: a thread of its own sends what the ledger says. Whoever tells something waits
 * for nobody; what comes faster than it is taken in is counted.
 *
 * <p>What cannot be sent is kept and tried again. That it cannot be sent is logged once and told with
 * the notice itself, never by a notice of its own: that would make the next one.
 */
public final class NoticeSender implements NoticeDesk, AutoCloseable {

    static final Duration RETRY = Duration.ofSeconds(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(NoticeSender.class);

    private static final int INTAKE = 100;
    private static final int CAUSES = 1000;
    private static final int WAITING = 100;

    /** A notice on which the outbox fails so often is in the way of all others. */
    private static final int DEFECTS = 3;

    /** What is waited for may come sooner by the clock, which can be set. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final Duration END = Duration.ofSeconds(5);

    private final NoticeSettings settings;
    private final NoticeOutbox outbox;
    private final Clock clock;
    private final NoticeLedger ledger;
    private final NoticeIntake intake = new NoticeIntake(INTAKE);
    private final Thread thread = EngineThreads.named("qmgr-notices").newThread(this::run);
    private volatile boolean closed;

    /** Since the beginning of the round. */
    private volatile boolean told;

    // The thread's own.
    private Instant retryAt = Instant.MIN;
    private Optional<Late> late = Optional.empty();
    private int defects;

    /** Since when nothing can be sent, and why. */
    private record Late(Instant since, String reason) {

        Notice told(Notice notice) {
            String line =
                    "This notice is late. It could not be sent at "
                            + since.truncatedTo(ChronoUnit.SECONDS)
                            + ": "
                            + reason;
            return new Notice(
                    notice.noticeClass(),
                    notice.cause(),
                    notice.subject(),
                    Stream.concat(notice.text().stream(), Stream.of("", line)).toList());
        }
    }

    /** To be started. */
    NoticeSender(NoticeSettings settings, NoticeOutbox outbox, Clock clock) {
        this.settings = settings;
        this.outbox = outbox;
        this.clock = clock;
        this.ledger = new NoticeLedger(settings.interval(), CAUSES, WAITING);
    }

    /** A desk that is open. */
    public static NoticeSender start(NoticeSettings settings, NoticeOutbox outbox, Clock clock) {
        NoticeSender sender = new NoticeSender(settings, outbox, clock);
        sender.thread.start();
        return sender;
    }

    @Override
    public boolean wants(NotifyClass noticeClass) {
        return !closed && settings.classes().contains(noticeClass);
    }

    @Override
    public void tell(Notice notice) {
        if (!wants(notice.noticeClass()) || Thread.currentThread() == thread) {
            return;
        }
        try {
            intake.put(notice);
        } catch (RuntimeException | Error e) {
            // It is counted.
        } finally {
            told = true;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Sends what is left, without waiting for the end of intervals, and takes nothing more. Returns
     * after seconds at the latest; what is not sent by then is lost, and logged.
     */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            told = false;
            long wait = safeRound();
            // A call that came in the middle of the round may have been used up by a lock in there.
            if (!told && !closed) {
                LockSupport.parkNanos(this, wait);
            }
            Thread.interrupted(); // Nobody has any business here; a pending one would end all
            // waits.
        }
        finish();
    }

    /** In nanoseconds. Where there is no memory, that is waited for. */
    private long safeRound() {
        try {
            return round().toNanos();
        } catch (RuntimeException | Error e) {
            return RETRY.toNanos();
        }
    }

    /**
     * Sends what is to be sent now.
     *
     * @return how long nothing will be, unless something is told
     */
    Duration round() {
        Instant now = clock.instant();
        intake.moveTo(ledger, now);
        if (mayTry(now)) {
            sendAll(now);
        }
        return waitFrom(now);
    }

    /** Sends all that is left, unless that fails. */
    void finish() {
        try {
            Instant now = clock.instant();
            intake.moveTo(ledger, now);
            ledger.endIntervals();
            sendAll(now);
        } catch (RuntimeException | Error e) {
            LOGGER.error("the last notices were not sent", e);
        }
        if (ledger.untold() > 0) {
            LOGGER.warn("events the postmaster was not told of: {}", ledger.untold());
        }
    }

    private boolean mayTry(Instant now) {
        return !retryAt.isAfter(now) || retryAt.isAfter(now.plus(RETRY));
    }

    private Duration waitFrom(Instant now) {
        if (!mayTry(now)) {
            return Duration.between(now, retryAt);
        }
        return ledger.nextDue()
                .map(due -> due.isAfter(now) ? Duration.between(now, due) : Duration.ZERO)
                .filter(wait -> wait.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT);
    }

    private void sendAll(Instant now) {
        boolean sent = true;
        while (sent) {
            Optional<NoticeLedger.Due> due = ledger.next(now);
            sent = due.isPresent() && send(due.get(), now);
        }
    }

    /** Returns whether the next one may be sent. */
    private boolean send(NoticeLedger.Due due, Instant now) {
        Notice notice = due.notice();
        try {
            outbox.send(late.map(since -> since.told(notice)).orElse(notice));
        } catch (IOException | OutOfMemoryError e) {
            failed(e, now);
            return false;
        } catch (RuntimeException | Error e) {
            if (++defects < DEFECTS) {
                failed(e, now);
                return false;
            }
            LOGGER.error("given up on a notice that cannot be made: {}", notice, e);
        }
        ledger.told(due, now);
        defects = 0;
        late = Optional.empty();
        return true;
    }

    private void failed(Throwable cause, Instant now) {
        retryAt = now.plus(RETRY);
        if (late.isEmpty()) {
            late = Optional.of(new Late(now, cause.toString()));
            LOGGER.warn("the postmaster cannot be told, tried again until he is", cause);
        }
    }
}
