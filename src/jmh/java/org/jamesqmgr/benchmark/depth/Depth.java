/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.depth;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jamesqmgr.benchmark.BenchmarkDirectory;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.ClaimWindow;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;

/**
 * What a backlog costs: {@code Depth [MESSAGES]} fills a queue directory of its own, opens it, and
 * prints how long that took, what it holds in memory, what a queue run costs and how fast new mail
 * passes, beside an empty queue. {@code Depth fill QUEUE-DIRECTORY MESSAGES [MINUTES]} only fills that
 * one, with mail that becomes due from so many minutes on.
 */
public final class Depth {

    private static final int MESSAGES = 1_000_000;
    private static final Duration FAR = Duration.ofDays(1);
    private static final int PAIRS = 7;
    private static final Duration PAIR_HALF = Duration.ofSeconds(3);
    private static final int LOOKS = 1_000;
    private static final Path CACHES = Path.of("/proc/sys/vm/drop_caches");

    private final int messages;
    private final BenchmarkDirectory directory;
    private final PrintStream out;
    private final Clock clock = Clock.systemUTC();
    private final Instant due = clock.instant().plus(FAR);

    private Depth(int messages, BenchmarkDirectory directory, PrintStream out) {
        this.messages = messages;
        this.directory = directory;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> given = List.of(arguments);
        if (given.size() >= 3 && given.get(0).equals("fill")) {
            long minutes = given.size() > 3 ? Long.parseLong(given.get(3)) : FAR.toMinutes();
            Clock clock = Clock.systemUTC();
            new Filling(Path.of(given.get(1)), clock)
                    .add(
                            Integer.parseInt(given.get(2)),
                            clock.instant().plus(Duration.ofMinutes(minutes)));
            return;
        }
        int messages = given.isEmpty() ? MESSAGES : Integer.parseInt(given.get(0));
        new Depth(messages, BenchmarkDirectory.open(), System.out).run();
    }

    private void run() throws Exception {
        describeMachine();
        Path queue = directory.subdirectory("deep");
        Path empty = directory.subdirectory("empty");
        try {
            Stopwatch watch = new Stopwatch();
            new Filling(queue, clock).add(messages, due);
            print("filled with " + messages + " messages of 4 kB in", watch.seconds());
            BenchmarkDirectory.sync();
            print("and written to the disk after", watch.seconds());
            openCold(queue);
            openWarm(queue, empty);
        } finally {
            BenchmarkDirectory.remove(queue);
            BenchmarkDirectory.remove(empty);
        }
    }

    private void describeMachine() {
        out.printf("processors    %d%n", Runtime.getRuntime().availableProcessors());
        out.printf("directory     %s%n", directory.root());
        out.printf("file system   %s%n", directory.fileSystem());
        out.printf("fsync of 4 kB %d us%n", directory.medianFsync().toNanos() / 1000);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        out.printf("load average  %.1f%n%n", load);
    }

    private void openCold(Path queue) throws IOException, MessageStoreException {
        if (!Files.isWritable(CACHES)) {
            out.println("only root can drop caches: nothing is measured cold");
            return;
        }
        Files.writeString(CACHES, "3");
        opened(queue, "cold").close();
    }

    private MessageStore opened(Path queue, String caches)
            throws IOException, MessageStoreException {
        Stopwatch watch = new Stopwatch();
        MessageStore store = DirectoryMessageStore.open(queue, clock);
        print(caches + ": open after", watch.seconds());
        new Traffic(store, clock).pass();
        print(caches + ": first new message through after", watch.seconds());
        store.load();
        print(caches + ": all deferred mail known after", watch.seconds());
        return store;
    }

    private void openWarm(Path queue, Path empty) throws Exception {
        long before = used();
        try (MessageStore deep = opened(queue, "warm");
                MessageStore shallow = DirectoryMessageStore.open(empty, clock)) {
            long heap = used() - before;
            long known = deep.counts().get(QueueName.DEFERRED);
            print("heap", "%d MB, %d bytes each".formatted(heap >> 20, heap / known));
            looks(deep);
            pairs(deep, shallow);
            queueRun(deep);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** What the engine asks again and again. */
    private void looks(MessageStore store) throws MessageStoreException {
        Instant now = clock.instant();
        Stopwatch watch = new Stopwatch();
        for (int i = 0; i < LOOKS; i++) {
            if (store.claimNext(Mails.TRANSPORT, new ClaimWindow(now, now, false)).isPresent()) {
                throw new IllegalStateException("nothing is due");
            }
        }
        print("queue run with nothing due", watch.micros(LOOKS));
        watch = new Stopwatch();
        for (int i = 0; i < LOOKS; i++) {
            store.nextScheduled();
        }
        print("turn of the engine", watch.micros(LOOKS));
        watch = new Stopwatch();
        for (int i = 0; i < LOOKS; i++) {
            store.counts();
        }
        print("counts", watch.micros(LOOKS));
    }

    private void pairs(MessageStore deep, MessageStore shallow)
            throws InterruptedException, ExecutionException {
        Traffic toDeep = new Traffic(deep, clock);
        Traffic toShallow = new Traffic(shallow, clock);
        toDeep.rate(PAIR_HALF);
        toShallow.rate(PAIR_HALF);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            double withoutBacklog = toShallow.rate(PAIR_HALF);
            double withBacklog = toDeep.rate(PAIR_HALF);
            ratios.add(withBacklog / withoutBacklog);
            String rates = "%.0f/s, empty %.0f/s".formatted(withBacklog, withoutBacklog);
            print("new mail, pair " + (i + 1), rates);
        }
        ratios.sort(null);
        String spread =
                "%.2f (%.2f to %.2f)"
                        .formatted(ratios.get(PAIRS / 2), ratios.get(0), ratios.get(PAIRS - 1));
        print("new mail, median of ratios", spread);
    }

    private void queueRun(MessageStore store) throws MessageStoreException {
        int wanted = messages / 10;
        Instant run = due.plusSeconds(wanted - 1);
        ClaimWindow window = new ClaimWindow(clock.instant(), run, false);
        Stopwatch watch = new Stopwatch();
        MessageLease first = store.claimNext(Mails.TRANSPORT, window).orElseThrow();
        print("queue run with " + wanted + " due, first claim", watch.micros(1));
        first.giveBack();
        int more = Math.min(LOOKS, wanted - 1);
        watch = new Stopwatch();
        for (int i = 0; i < more; i++) {
            MessageLease lease = store.claimNext(Mails.TRANSPORT, window).orElseThrow();
            lease.complete();
        }
        print("further claims and completions", watch.micros(more));
    }

    private void print(String name, String value) {
        out.printf("%-48s %s%n", name, value);
    }
}
