/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the postmaster of servers that do not keep to SMTP, with what was said. Never about a report
 * or a notice, which would make the next one.
 */
public record ProtocolNotices(NoticeDesk desk, DoubleBounce own) {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProtocolNotices.class);

    /** For a new conversation. */
    Transcript transcript() {
        return new Transcript(desk.wants(NotifyClass.PROTOCOL));
    }

    /**
     * Tells of a conversation if there is something to tell. Never throws: what was delivered must not be
     * delivered again because this fails.
     */
    void tell(Peer peer, Transcript transcript, MaybeSender sender) {
        try {
            tellUnexpected(peer, transcript, sender);
        } catch (RuntimeException | Error e) {
            LOGGER.error("the postmaster is not told of {}", peer, e);
        }
    }

    private void tellUnexpected(Peer peer, Transcript transcript, MaybeSender sender) {
        Optional<Phase> unexpected = transcript.unexpected();
        if (unexpected.isPresent()
                && desk.wants(NotifyClass.PROTOCOL)
                && !sender.isNullSender()
                && !own.sent(sender)) {
            desk.tell(notice(peer, transcript, unexpected.get()));
        }
    }

    private static Notice notice(Peer peer, Transcript transcript, Phase unexpected) {
        List<String> before =
                List.of(
                        "Unexpected response from " + peer.relay() + ".",
                        "",
                        "Transcript of session follows.",
                        "");
        List<String> after = List.of("", "For other details, see the local mail logfile");
        return new Notice(
                NotifyClass.PROTOCOL,
                "SMTP client: " + unexpected.command(),
                "james-qmgr SMTP client: errors from " + peer.relay(),
                Stream.of(before, transcript.lines(), after).flatMap(List::stream).toList());
    }
}
