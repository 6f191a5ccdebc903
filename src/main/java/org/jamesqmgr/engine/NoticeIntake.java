/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeLedger;
import org.jamesqmgr.notice.NotifyClass;

/**
 * From whoever tells something to the one thread that sees to it. What does not fit is counted. Putting
 * is safe for any thread, does not wait and needs no memory.
 */
final class NoticeIntake {

    private static final String SUBJECT = "james-qmgr: more trouble than could be taken in";

    /** Made before they are needed. */
    private record Missed(AtomicLong count, Notice notice) {}

    private final BlockingQueue<Notice> notices;
    private final Map<NotifyClass, Missed> missed = new EnumMap<>(NotifyClass.class);

    /** Taken from the others, and not in the ledger yet. For the one thread. */
    private Optional<Notice> taken = Optional.empty();

    NoticeIntake(int capacity) {
        notices = new ArrayBlockingQueue<>(capacity);
        for (NotifyClass each : NotifyClass.values()) {
            List<String> text = List.of("Trouble came faster than it could be taken note of.");
            Notice notice = new Notice(each, NoticeLedger.OTHERS, SUBJECT, text);
            missed.put(each, new Missed(new AtomicLong(), notice));
        }
    }

    void put(Notice notice) {
        boolean in = false;
        try {
            in = notices.offer(notice);
        } finally {
            if (!in) {
                missed.get(notice.noticeClass()).count().incrementAndGet();
            }
        }
    }

    /** Moves everything to the ledger; what an exception interrupts goes on with the next call. */
    void moveTo(NoticeLedger ledger, Instant now) {
        for (Optional<Notice> next = take(); next.isPresent(); next = take()) {
            ledger.add(next.get(), 1, now);
            taken = Optional.empty();
        }
        missed.values().forEach(each -> moveTo(ledger, each, now));
    }

    private static void moveTo(NoticeLedger ledger, Missed missed, Instant now) {
        long events = missed.count().get();
        if (events > 0) {
            ledger.add(missed.notice(), events, now);
            missed.count().addAndGet(-events);
        }
    }

    private Optional<Notice> take() {
        // The order matters where memory is short: first a place to keep it, then it.
        if (taken.isEmpty() && !notices.isEmpty()) {
            taken = Optional.of(notices.element());
            notices.remove();
        }
        return taken;
    }
}
