/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** The listing of {@code postqueue -p} with long queue ids, to the column. */
final class QueueListing implements Listing {

    private static final String HEADING =
            "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------";

    private static final String BEFORE_RECIPIENT = " ".repeat(47);

    /** Reasons end here, if they are not too long. */
    private static final int REASON_END = 76;

    private final PrintStream out;
    private final ZoneId zone;
    private long messages;
    private long bytes;

    QueueListing(PrintStream out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    @Override
    public void add(QueuedMail mail) {
        if (messages == 0) {
            out.print(HEADING + "\n");
        } else {
            out.print("\n");
        }
        messages++;
        bytes += mail.size();
        out.print(message(mail));
        recipients(mail);
    }

    private String message(QueuedMail mail) {
        return padded(mail.id() + marks(mail), 17, false)
                + " "
                + padded(Long.toString(mail.size()), 8, true)
                + " "
                + Text.time(mail.arrival(), zone)
                + " "
                + Text.printable(mail.from())
                + "\n";
    }

    private static String marks(QueuedMail mail) {
        String queue =
                switch (mail.queue()) {
                    case "active" -> "*";
                    case "hold" -> "!";
                    default -> "";
                };
        return mail.forcedExpire() ? queue + "#" : queue;
    }

    private static String padded(String text, int width, boolean right) {
        String padding = " ".repeat(Math.max(0, width - text.length()));
        return right ? padding + text : text + padding;
    }

    /** A reason stands before the recipients that it is true of, once for several in a row. */
    private void recipients(QueuedMail mail) {
        String said = "";
        for (QueuedMail.To to : mail.recipients()) {
            String reason = to.reason();
            if (reason.isEmpty() && !said.isEmpty()) {
                reason = "reason unavailable";
            }
            if (!reason.equals(said)) {
                out.print(reason(reason));
                said = reason;
            }
            out.print(BEFORE_RECIPIENT + Text.printable(to.address()) + "\n");
        }
    }

    private static String reason(String reason) {
        int length = reason.getBytes(StandardCharsets.UTF_8).length;
        String padding = " ".repeat(Math.max(0, REASON_END - length));
        return padding + "(" + Text.printable(reason) + ")\n";
    }

    @Override
    public void end() {
        if (messages == 0) {
            out.print("Mail queue is empty\n");
            return;
        }
        String requests = messages == 1 ? "Request" : "Requests";
        out.print("\n-- " + bytes / 1024 + " Kbytes in " + messages + " " + requests + ".\n");
    }
}
