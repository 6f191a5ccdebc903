/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.io.IOException;

/** Makes a mail of a notice and sends it. Called by one thread at a time, which it may block. */
@FunctionalInterface
public interface NoticeOutbox {

    /**
     * Sends a mail to whoever hears of the notice's class.
     *
     * @throws IOException if it cannot be sent now; nothing of it remains, and it is tried again
     */
    void send(Notice notice) throws IOException;
}
