/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.store.ContentWriter;

/**
 * Writes what the postmaster is told as a plain mail. Sends nothing. Safe for use by any thread.
 *
 * <p>Lines stay as they are up to 190 characters, longer ones are folded; control characters other than tabs become
 * blanks. The mail is 7bit in us-ascii, or 8bit in utf-8.
 */
public final class NoticeComposer {

    private static final Charset ASCII = StandardCharsets.US_ASCII;

    private final String myhostname;
    private final Serials serials;

    /**
     * A composer.
     *
     * @param myhostname names us in every notice
     */
    public NoticeComposer(String myhostname) {
        this(myhostname, new Serials());
    }

    NoticeComposer(String myhostname, Serials serials) {
        this.myhostname = myhostname;
        this.serials = serials;
    }

    /** A notice; may be written more than once, with the same bytes. */
    public ContentWriter compose(Notice notice, MailAddress to, Instant now) {
        MailText text = text(notice);
        HeaderLines header =
                new HeaderLines()
                        .field("Date", MailDate.format(now))
                        .field("From", Mailbox.MAILER_DAEMON.asHeader(myhostname, ASCII))
                        .rigid("To", "Postmaster <" + to.asString() + ">")
                        .text("Subject", notice.subject(), ASCII)
                        .field("Auto-Submitted", "auto-generated")
                        .field("MIME-Version", "1.0")
                        .field("Content-Type", text.type())
                        .field("Content-Transfer-Encoding", text.transferEncoding())
                        .rigid("Message-Id", Serials.messageId(now, serials.next(), myhostname));
        return out -> {
            header.writeTo(out);
            text.writeTo(out);
        };
    }

    private static MailText text(Notice notice) {
        List<String> lines =
                notice.text().stream()
                        .map(NoticeComposer::blanked)
                        .flatMap(line -> Folding.asWritten(line).stream())
                        .toList();
        return MailText.of(lines, ASCII);
    }

    private static String blanked(String line) {
        return Stream.of(line.split("\t", -1))
                .map(SafeText::blanked)
                .collect(Collectors.joining("\t"));
    }
}
