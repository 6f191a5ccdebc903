/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.admin.ShapeRequest;
import org.jamesqmgr.model.QueueName;
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
            "With --reason by why they wait; addresses in it are left out, so that what many wait for"
                    + " is one line.",
            "On a terminal the twenty largest are shown, or as many as -n says; elsewhere all.",
            "While the server is down, the queue directory is read, with a warning."
        },
        exitCodeList = {"0:done", "69:there is no server to ask", "255:wrong usage"})
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Qshape implements Program {

    /** Beyond this the small ones are shown together. */
    private static final int MOST_ROWS = 100_000;

    private static final int MOST_DOUBLING = 30;
    private static final int MOST_LINEAR = 100;
    private static final int MOST_MINUTES = 100_000;

    private static final int WRONG_USAGE = 255;

    private static final int NARROWEST = 80;

    private final Surroundings surroundings;

    @Mixin private final Connecting connecting;

    @Option(names = "-s", description = "By the domain of the sender.")
    private boolean bySender;

    @Option(names = "--reason", description = "By the reason, which stands behind the counts.")
    private boolean byReason;

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
                + " <batch_top_domains> ] [ -c <config_directory> ] [ --reason ] [ <queue_name> ... ]";
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
        if (byReason && (bySender || parents)) {
            throw new FatalException(WRONG_USAGE, "--reason goes with neither -s nor -p");
        }
        if (buckets > (linear ? MOST_LINEAR : MOST_DOUBLING) || minutes > MOST_MINUTES) {
            throw new FatalException(
                    WRONG_USAGE,
                    "-b takes at most %d, or %d with -l, and -t at most %d"
                            .formatted(MOST_DOUBLING, MOST_LINEAR, MOST_MINUTES));
        }
        ShapeReport report = new ShapeReport(upTo(buckets, 10), upTo(minutes, 5), linear);
        Set<QueueName> known = queues.isEmpty() ? ShapeRequest.usual().queues() : known();
        try (QueueView view = Viewing.open(connecting, surroundings.console())) {
            if (!known.isEmpty()) {
                report.add(view.shape(request(known, report), surroundings.clock().instant()));
            }
        }
        int most = surroundings.console().shows() ? Math.max(0, top) : 0;
        int wide = Math.max(NARROWEST, width);
        int fewest = parents ? upTo(fewestSubdomains, 5) : 0;
        surroundings
                .console()
                .out()
                .print(byReason ? report.reasons(most) : report.domains(wide, fewest, most));
        return Exit.OK;
    }

    private ShapeRequest request(Set<QueueName> known, ShapeReport report) {
        Shape.By by = bySender ? Shape.By.SENDER : Shape.By.RECIPIENT;
        List<Duration> ages = report.bounds().stream().map(Duration::ofMinutes).toList();
        return new ShapeRequest(known, byReason ? Shape.By.REASON : by, ages, MOST_ROWS);
    }

    /** What makes no sense is as if it were not given. */
    private static int upTo(int given, int otherwise) {
        return given > 0 ? given : otherwise;
    }

    private Set<QueueName> known() {
        Set<QueueName> known = EnumSet.noneOf(QueueName.class);
        for (String given : queues) {
            Optional<QueueName> queue = queue(given);
            queue.ifPresent(known::add);
            if (queue.isEmpty() && !Names.isPostfixQueue(given)) {
                surroundings.console().warn("Can't stat " + given + ": No such file or directory");
            }
        }
        return known;
    }

    private static Optional<QueueName> queue(String name) {
        return Arrays.stream(QueueName.values())
                .filter(queue -> queue.asString().equals(name))
                .findFirst();
    }
}
