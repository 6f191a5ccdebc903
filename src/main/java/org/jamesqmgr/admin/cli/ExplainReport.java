/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jamesqmgr.admin.jmx.AttemptRow;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.MessageRow;
import org.jamesqmgr.admin.jmx.RecipientRow;

/** What {@code qmgr explain} shows. */
final class ExplainReport {

    private final ZoneId zone;
    private final StringBuilder report = new StringBuilder();

    ExplainReport(Surroundings surroundings) {
        this.zone = surroundings.clock().getZone();
    }

    String of(MessageDetails details) {
        MessageRow message = details.getMessage();
        line("message", message.getId() + ", for " + message.getTransport());
        line("where", details.getWhere());
        line("why", details.getWhy());
        line("next", details.getNext());
        details.getChanges().forEach(change -> line("to change", change));
        line("from", "<" + message.getSender() + ">, " + message.getSize() + " bytes");
        line("arrived", time(message.getArrival()));
        if (details.getCreated() != message.getArrival()) {
            line("age from", time(details.getCreated()));
        }
        if (details.getExpires() > 0) {
            line("expires", time(details.getExpires()));
        }
        line("attempts", Integer.toString(details.getAttempts()));
        if (details.getCrashes() > 0) {
            line("crashes", details.getCrashes() + ": the server died while it was worked on");
        }
        details.getRecipients().forEach(this::recipient);
        details.getHistory().forEach(this::attempt);
        return report.toString();
    }

    private void recipient(RecipientRow to) {
        String original = to.getOriginal().isEmpty() ? "" : " (orig. <" + to.getOriginal() + ">)";
        String reason = to.getReason().isEmpty() ? "" : " " + to.getStatus() + " " + to.getReason();
        line("to", "<" + to.getAddress() + ">" + original + " " + to.getState() + reason);
    }

    private void attempt(AttemptRow attempt) {
        line(
                "tried",
                time(attempt.getTime())
                        + " <"
                        + attempt.getRecipient()
                        + "> "
                        + attempt.getOutcome()
                        + " "
                        + attempt.getStatus()
                        + " by "
                        + attempt.getRelay()
                        + String.format(Locale.ROOT, " in %.1fs: ", attempt.getDuration() / 1000.0)
                        + attempt.getReason());
    }

    /** With its zone, since what the server says beside it has that of the server. */
    private String time(long millis) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).atZone(zone));
    }

    private void line(String name, String value) {
        report.append(String.format(Locale.ROOT, "%-10s %s\n", name, Text.printable(value)));
    }
}
