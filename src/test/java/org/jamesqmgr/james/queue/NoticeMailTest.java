/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.jamesqmgr.bounce.NoticeComposer;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NoticeMailTest {

    /** While James starts: what only waits must not be taken for a notice that cannot be made. */
    @Test
    @Tag("N2")
    @Tag("Q8")
    void aNoticeShouldWaitUntilItIsKnownWhoIsToBeTold() {
        NoticeMail mail =
                new NoticeMail(
                        new NoticeComposer("mail.example"),
                        () -> {
                            throw new IllegalStateException("no default domain yet");
                        },
                        DoubleBounce.of("double-bounce", "mail.example"),
                        new SystemMail(Clock.systemUTC()),
                        () -> {
                            throw new AssertionError("nothing to be submitted");
                        },
                        Clock.systemUTC());
        Notice notice =
                new Notice(NotifyClass.SOFTWARE, "queue file", "a damaged file", List.of("text"));

        assertThatThrownBy(() -> mail.send(notice))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no default domain yet");
    }
}
