/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jamesqmgr.benchmark.Round.Subject;

/** All rounds in one table, and how we stand to the bars that are set for us. */
final class Comparison {

    private static final int THREADS = 20;
    private static final double BARE_LOOP_BAR = 0.8;
    private static final double ACTIVEMQ_BAR = 3;
    private static final double SHARED_BAR = 1;

    private static final Comparator<Subject> BY_SIZE_AND_THREADS =
            Comparator.comparingInt(Subject::size)
                    .thenComparingInt(Subject::threads)
                    .thenComparing(Subject::name);

    private final List<Round> rounds = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
    }

    void print(PrintStream out) {
        out.printf(
                "%-28s %8s %8s %12s %10s %10s%n",
                "messages per second", "bytes", "threads", "median", "least", "most");
        TreeSet<Subject> subjects = new TreeSet<>(BY_SIZE_AND_THREADS);
        rounds.forEach(round -> subjects.addAll(round.subjects()));
        subjects.forEach(subject -> print(out, subject));
        out.println();
        printRatio(out, DirectoryStore.class, "BareLoop", BARE_LOOP_BAR);
        printRatio(out, QmgrQueue.class, "ActiveMqQueue IN_FILES", ACTIVEMQ_BAR);
        printRatio(out, QmgrQueue.class, "ActiveMqQueue IN_JOURNAL", ACTIVEMQ_BAR);
        printRatio(out, SharedQueue.class, "ActiveMqQueue IN_FILES", SHARED_BAR);
        printRatio(out, SharedQueue.class, "ActiveMqQueue IN_JOURNAL", SHARED_BAR);
    }

    private void print(PrintStream out, Subject subject) {
        List<Double> rates = sorted(round -> round.rate(subject));
        out.printf(
                "%-28s %8d %8d %12.0f %10.0f %10.0f%n",
                subject.name(),
                subject.size(),
                subject.threads(),
                median(rates),
                rates.get(0),
                rates.get(rates.size() - 1));
    }

    private void printRatio(PrintStream out, Class<?> ours, String theirs, double bar) {
        Subject one = new Subject(ours.getSimpleName(), Contents.SMALL, THREADS);
        Subject other = new Subject(theirs, Contents.SMALL, THREADS);
        if (rounds.stream()
                .map(round -> round.ratio(one, other))
                .allMatch(OptionalDouble::isPresent)) {
            List<Double> ratios = sorted(round -> round.ratio(one, other).orElseThrow());
            out.printf(
                    "%s / %s with %d threads: %.2f (%.2f to %.2f), the bar is %.1f: %s%n",
                    one.name(),
                    other.name(),
                    THREADS,
                    median(ratios),
                    ratios.get(0),
                    ratios.get(ratios.size() - 1),
                    bar,
                    median(ratios) >= bar ? "met" : "missed");
        }
    }

    private List<Double> sorted(ToDoubleFunction<Round> value) {
        return rounds.stream().mapToDouble(value).sorted().boxed().toList();
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
