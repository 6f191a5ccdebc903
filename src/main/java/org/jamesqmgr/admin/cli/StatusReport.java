/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jamesqmgr.admin.jmx.DestinationRow;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.QueueTotalRow;

/** What {@code qmgr status} and {@code qmgr destinations} show. */
final class StatusReport {

    private final ZoneId zone;
    private final Colours colours;

    StatusReport(Surroundings surroundings) {
        this.zone = surroundings.clock().getZone();
        this.colours = Colours.of(surroundings.console());
    }

    String of(QueueManagerMXBean bean) {
        StringBuilder report = new StringBuilder();
        queue(report, "incoming", bean.getIncomingCount());
        queue(report, "active", bean.getActiveCount());
        queue(report, "deferred", bean.getDeferredCount());
        queue(report, "hold", bean.getHoldCount());
        queue(report, "corrupt", bean.getCorruptCount());
        totals(report, bean.totals());
        trouble(report, bean);
        return report.toString();
    }

    private void queue(StringBuilder report, String name, long count) {
        String line = String.format(Locale.ROOT, "%-10s %9d", name, count);
        boolean alarming = name.equals("corrupt") && count > 0;
        report.append(alarming ? colours.alarming(line) : line).append('\n');
    }

    private void totals(StringBuilder report, List<QueueTotalRow> totals) {
        if (totals.isEmpty()) {
            return;
        }
        report.append(
                String.format(
                        Locale.ROOT,
                        "%n%-20s %-10s %9s %9s %s%n",
                        "transport",
                        "queue",
                        "messages",
                        "Kbytes",
                        "oldest"));
        for (QueueTotalRow total : totals) {
            report.append(
                    String.format(
                            Locale.ROOT,
                            "%-20s %-10s %9d %9d %s%n",
                            total.getTransport(),
                            total.getQueue(),
                            total.getMessages(),
                            total.getBytes() / 1024,
                            Text.timeWithYear(total.getOldest(), zone)));
        }
    }

    private void trouble(StringBuilder report, QueueManagerMXBean bean) {
        report.append('\n');
        if (bean.getInWork().isEmpty()) {
            report.append("nothing is in work\n");
        }
        bean.getInWork()
                .forEach(
                        (transport, count) ->
                                report.append("in work for ")
                                        .append(transport)
                                        .append(": ")
                                        .append(Text.messages(count))
                                        .append('\n'));
        bean.getSuspensions()
                .forEach(
                        what -> report.append(colours.alarming("suspended: " + what)).append('\n'));
        if (bean.isDraining()) {
            String still = bean.isStill() ? ", and the queue is still" : "";
            report.append(colours.alarming("draining: new mail is refused" + still)).append('\n');
        }
        String trouble = bean.getStoreTrouble();
        if (!trouble.isEmpty()) {
            report.append(colours.alarming("the store fails: " + Text.printable(trouble)))
                    .append('\n');
        }
    }

    String destinations(QueueManagerMXBean bean) {
        StringBuilder report = new StringBuilder();
        report.append(
                String.format(
                        Locale.ROOT,
                        "%-9s %6s %5s %7s %s%n",
                        "state",
                        "window",
                        "busy",
                        "waiting",
                        "destination"));
        for (DestinationRow row : bean.destinations()) {
            report.append(
                    String.format(
                            Locale.ROOT,
                            "%-9s %6d %5d %7d %s%n",
                            row.getState(),
                            row.getWindow(),
                            row.getBusy(),
                            row.getWaiting(),
                            destination(row)));
        }
        return report.toString();
    }

    private String destination(DestinationRow row) {
        StringBuilder text = new StringBuilder();
        text.append(row.getTransport()).append(':').append(row.getNexthop());
        if (!row.getRecipient().isEmpty()) {
            text.append(' ').append(row.getRecipient());
        }
        if (row.getDeadUntil() > 0) {
            text.append(" until ").append(Text.timeWithYear(row.getDeadUntil(), zone));
        }
        if (!row.getReason().isEmpty()) {
            text.append(" (").append(row.getReason()).append(')');
        }
        return Text.printable(text.toString());
    }
}
