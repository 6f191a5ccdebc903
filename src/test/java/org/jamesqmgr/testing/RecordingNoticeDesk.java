/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;

/** Remembers what it was told; wants everything unless told otherwise. Safe for use by any thread. */
public final class RecordingNoticeDesk implements NoticeDesk {

    private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
    private volatile Set<NotifyClass> wanted = Set.of(NotifyClass.values());

    public void wantOnly(NotifyClass... classes) {
        wanted = Set.of(classes);
    }

    @Override
    public boolean wants(NotifyClass noticeClass) {
        return wanted.contains(noticeClass);
    }

    @Override
    public void tell(Notice notice) {
        notices.add(notice);
    }

    /** All that were told and not taken. */
    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    /** The only one there is. */
    public Notice only() {
        if (notices.size() != 1) {
            throw new AssertionError("not one notice but " + notices);
        }
        return notices.peek();
    }

    /** The next notice, as soon as it is there. */
    public Notice take() throws InterruptedException {
        Notice notice = notices.poll(30, TimeUnit.SECONDS);
        if (notice == null) {
            throw new AssertionError("nobody was told anything");
        }
        return notice;
    }

    /** As new. */
    public void forget() {
        notices.clear();
        wanted = Set.of(NotifyClass.values());
    }
}
