/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * All rounds in one table, and how we stand to the bars that are set for us. What is compared is of one
 * round: whatever disturbs the machine for a while disturbs both.
 */
final class Report {

    private static final String OURS = "qmgr";

    /**
     * How we are to stand to another.
     *
     * @param bar at least so, unless there is none
     */
    private record Comparison(String ours, String theirs, OptionalDouble bar) {}

    private static final List<Comparison> COMPARISONS =
            List.of(
                    new Comparison("deep", OURS, OptionalDouble.of(0.9)),
                    new Comparison(OURS, "shared", OptionalDouble.empty()),
                    new Comparison(OURS, "reception", OptionalDouble.empty()),
                    new Comparison(OURS, "memory", OptionalDouble.of(1.3)),
                    new Comparison(OURS, "activemq", OptionalDouble.of(4)),
                    new Comparison(OURS, "postfix", OptionalDouble.of(2.2)),
                    new Comparison("shared", "activemq", OptionalDouble.of(1)),
                    new Comparison("pair", "shared", OptionalDouble.empty()));

    private static final double COST_BAR = 1.15;

    private final List<List<Measurement>> rounds = new ArrayList<>();

    void add(List<Measurement> round) {
        rounds.add(List.copyOf(round));
    }

    void print(PrintStream out) {
        for (Load load : loads()) {
            out.printf(
                    "%n%-26s %10s %8s %8s %14s %8s %8s%n",
                    load, "messages/s", "least", "most", "CPU s/1,000", "least", "most");
            subjects().forEach(subject -> printSubject(out, subject, load));
            COMPARISONS.forEach(comparison -> printRatio(out, comparison, load));
            printCost(out, load);
        }
        printDisturbances(out);
    }

    private Set<Load> loads() {
        Set<Load> loads = new LinkedHashSet<>();
        rounds.forEach(round -> round.forEach(measurement -> loads.add(measurement.load())));
        return loads;
    }

    private Set<String> subjects() {
        Set<String> subjects = new LinkedHashSet<>();
        rounds.get(0).forEach(measurement -> subjects.add(measurement.subject()));
        return subjects;
    }

    private void printSubject(PrintStream out, String subject, Load load) {
        Spread rates = spread(subject, load, Measurement::rate);
        Spread costs = spread(subject, load, Measurement::cost);
        out.printf(
                "%-26s %10.0f %8.0f %8.0f %14.2f %8.2f %8.2f%n",
                subject,
                rates.median(),
                rates.least(),
                rates.most(),
                costs.median(),
                costs.least(),
                costs.most());
    }

    private void printRatio(PrintStream out, Comparison comparison, Load load) {
        List<Double> ratios =
                rounds.stream()
                        .map(round -> ratio(round, comparison, load))
                        .flatMapToDouble(OptionalDouble::stream)
                        .boxed()
                        .toList();
        if (!ratios.isEmpty()) {
            Spread ratio = Spread.of(ratios);
            out.printf(
                    "%s / %s: %.2f (%.2f to %.2f)",
                    comparison.ours(),
                    comparison.theirs(),
                    ratio.median(),
                    ratio.least(),
                    ratio.most());
            out.println(verdict(load, ratio.median(), comparison.bar()));
        }
    }

    private static String verdict(Load load, double ratio, OptionalDouble bar) {
        return bar.isEmpty()
                ? ""
                : verdict(load, "at least " + bar.getAsDouble(), ratio >= bar.getAsDouble());
    }

    private static OptionalDouble ratio(List<Measurement> round, Comparison comparison, Load load) {
        OptionalDouble ours = value(round, comparison.ours(), load, Measurement::rate);
        OptionalDouble other = value(round, comparison.theirs(), load, Measurement::rate);
        return ours.isPresent() && other.isPresent()
                ? OptionalDouble.of(ours.getAsDouble() / other.getAsDouble())
                : OptionalDouble.empty();
    }

    private void printCost(PrintStream out, Load load) {
        if (load.equals(Load.USUAL) && subjects().contains(OURS)) {
            double cost = spread(OURS, load, Measurement::cost).median();
            out.printf("%s: %.2f CPU s per 1,000 messages", OURS, cost);
            out.println(verdict(load, "at most " + COST_BAR, cost <= COST_BAR));
        }
    }

    private static String verdict(Load load, String bar, boolean met) {
        return load.equals(Load.USUAL)
                ? ", the bar is " + bar + ": " + (met ? "met" : "missed")
                : "";
    }

    private void printDisturbances(PrintStream out) {
        long disturbed =
                rounds.stream().flatMap(List::stream).filter(Measurement::isDisturbed).count();
        if (disturbed > 0) {
            out.printf("%n%d measurements were disturbed by other programs%n", disturbed);
        }
    }

    private Spread spread(String subject, Load load, ToDoubleFunction<Measurement> value) {
        return Spread.of(
                rounds.stream()
                        .map(round -> value(round, subject, load, value))
                        .flatMapToDouble(OptionalDouble::stream)
                        .boxed()
                        .toList());
    }

    private static OptionalDouble value(
            List<Measurement> round,
            String subject,
            Load load,
            ToDoubleFunction<Measurement> value) {
        return round.stream()
                .filter(measurement -> measurement.subject().equals(subject))
                .filter(measurement -> measurement.load().equals(load))
                .mapToDouble(value)
                .findFirst();
    }

    private record Spread(double median, double least, double most) {

        static Spread of(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            int middle = sorted.size() / 2;
            double median =
                    sorted.size() % 2 == 1
                            ? sorted.get(middle)
                            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
            return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
        }
    }
}
