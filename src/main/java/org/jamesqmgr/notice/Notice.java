/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.util.List;

/**
 * Something that went wrong, for the postmaster.
 *
 * @param noticeClass one of policy, protocol, resource, software, data
 * @param cause what kind of event this is. Events of one class and cause are summed up, so it names no
 *     single client or message: {@code SMTP server}, {@code store: accept}
 * @param subject of the mail, one line
 * @param text what failed, or a transcript; lines without an end mark, of any length. Bounded by who
 *     makes it
 */
public record Notice(NotifyClass noticeClass, String cause, String subject, List<String> text) {

    public Notice {
        text = List.copyOf(text);
        if (cause.isBlank() || subject.isBlank()) {
            throw new IllegalArgumentException(
                    "a notice needs a cause and a subject: " + cause + ", " + subject);
        }
    }
}
