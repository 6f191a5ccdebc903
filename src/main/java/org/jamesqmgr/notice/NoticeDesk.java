/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

/**
 * Where those who meet with trouble say so. Whether and when the postmaster gets a mail is the
 * desk's business ({@code notify_classes}, {@code notice_interval}). Safe for use by any thread;
 * never blocks, never throws.
 */
public interface NoticeDesk {

    /** Nobody hears of anything. */
    NoticeDesk NONE =
            new NoticeDesk() {
                @Override
                public boolean wants(NotifyClass noticeClass) {
                    return false;
                }

                @Override
                public void tell(Notice notice) {}
            };

    /** Whether notices of this class are sent at all: spares making one. */
    boolean wants(NotifyClass noticeClass);

    /** Takes note of what went wrong; forgotten if nobody wants it. */
    void tell(Notice notice);
}
