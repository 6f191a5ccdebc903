/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;

/** Remembers what it was told; wants everything unless told otherwise. Safe for use by any thread. */
public final class RecordingNoticeDesk implements NoticeDesk {

    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private volatile Set<NotifyClass> wanted = EnumSet.allOf(NotifyClass.class);

    public void wantOnly(NotifyClass... classes) {
        wanted = Set.of(classes);
    }

    public List<Notice> notices() {
        return List.copyOf(notices);
    }

    /** The only one there is. */
    public Notice only() {
        if (notices.size() != 1) {
            throw new AssertionError("not one notice but " + notices);
        }
        return notices.get(0);
    }

    @Override
    public boolean wants(NotifyClass noticeClass) {
        return wanted.contains(noticeClass);
    }

    @Override
    public void tell(Notice notice) {
        notices.add(notice);
    }
}
