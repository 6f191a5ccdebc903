/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.ShapeTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qshape}. */
@Command(
        name = "qshape",
        description = {
            "Shows for which domains mail is queued and how old it is, as Postfix's qshape does: the"
                    + " recipients that are not done, or with -s the messages, by domain and age in"
                    + " minutes.",
            "On a terminal the twenty largest domains are shown, or as many as -n says; elsewhere"
                    + " all."
        },
        exitCodeList = {"0:done", "69:there is no server to ask", "255:wrong usage"})
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Qshape implements Program {

    /** Beyond this the small domains are shown together. */
    private static final int MOST_DOMAINS = 100_000;

    private static final int WRONG_USAGE = 255;

    private static final int NARROWEST = 80;

    private final Surroundings surroundings;

    @Mixin private final Connecting connecting;

    @Option(names = "-s", description = "By the domain of the sender.")
    private boolean bySender;

    @Option(names = "-p", description = "Show parent domains too, with a dot before them.")
    private boolean parents;

    @Option(
            names = "-m",
            paramLabel = "min_subdomains",
            description = "With -p: the fewest subdomains for which a parent is shown; 5.")
    private int fewestSubdomains = 5;

    @Option(names = "-b", paramLabel = "bucket_count", description = "The number of ages; 10.")
    private int buckets = 10;

    @Option(names = "-t", paramLabel = "bucket_time", description = "The first age, in minutes; 5.")
    private int minutes = 5;

    @Option(
            names = "-l",
            description = "Each age is so many minutes more, rather than twice the one before.")
    private boolean linear;

    @Option(
            names = "-w",
            paramLabel = "terminal_width",
            description = "How wide the table is, if that is more than 80 columns.")
    private int width = NARROWEST;

    @Option(
            names = "-N",
            paramLabel = "batch_msg_count",
            description = "Accepted; there are no results to show in between.")
    private int batch;

    @Option(
            names = "-n",
            paramLabel = "batch_top_domains",
            description = "On a terminal: the most domains to show; 20, and 0 means all.")
    private int top = 20;

    @Option(names = "-h", hidden = true)
    private boolean usage;

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(paramLabel = "queue_name", description = "The queues; incoming and active.")
    private List<String> queues = List.of();

    Qshape(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.connecting = new Connecting(surroundings.home());
    }

    @Override
    public String usage() {
        return "usage: qshape [ -s ] [ -p ] [ -m <min_subdomains> ] [ -l ] [ -b <bucket_count> ] [ -t"
                + " <bucket_time> ] [ -w <terminal_width> ] [ -N <batch_msg_count> ] [ -n"
                + " <batch_top_domains> ] [ -c <config_directory> ] [ <queue_name> ... ]";
    }

    @Override
    public int usageStatus() {
        return WRONG_USAGE;
    }

    @Override
    public int run() throws UnavailableException {
        if (usage) {
            throw new FatalException(WRONG_USAGE, usage());
        }
        ShapeReport report = new ShapeReport(upTo(buckets, 10), upTo(minutes, 5), linear);
        List<String> known = known();
        try (ServerSession session = connecting.open()) {
            if (queues.isEmpty() || !known.isEmpty()) {
                report.add(shape(session.bean(), known, report.bounds()));
            }
        }
        int most = surroundings.console().shows() ? Math.max(0, top) : 0;
        surroundings
                .console()
                .out()
                .print(
                        report.print(
                                Math.max(NARROWEST, width),
                                parents ? upTo(fewestSubdomains, 5) : 0,
                                most));
        return Exit.OK;
    }

    /** What makes no sense is as if it were not given. */
    private static int upTo(int given, int otherwise) {
        return given > 0 ? given : otherwise;
    }

    private List<String> known() {
        List<String> known = new ArrayList<>();
        for (String queue : queues) {
            if (List.of("incoming", "active", "deferred", "hold", "corrupt").contains(queue)) {
                known.add(queue);
            } else if (!Names.isPostfixQueue(queue)) {
                surroundings.console().warn("Can't stat " + queue + ": No such file or directory");
            }
        }
        return known;
    }

    private ShapeTable shape(QueueManagerMXBean bean, List<String> known, List<Long> bounds) {
        return bean.shape(known, bySender, bounds, MOST_DOMAINS);
    }
}
