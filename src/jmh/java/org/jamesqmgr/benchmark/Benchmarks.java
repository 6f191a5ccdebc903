/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks with 1 and with 20 threads and compares them. Takes the options of JMH; {@code
 * -f} is the number of rounds. Each round runs every benchmark once, in a JVM of its own, so that
 * whatever disturbs the machine for a while disturbs all of them; ratios are taken within a round.
 */
public final class Benchmarks {

    private static final List<Integer> THREADS = List.of(1, 20);
    private static final int ROUNDS = 3;

    private final CommandLineOptions given;
    private final BenchmarkDirectory directory;
    private final PrintStream out;

    private Benchmarks(CommandLineOptions given, BenchmarkDirectory directory, PrintStream out) {
        this.given = given;
        this.directory = directory;
        this.out = out;
    }

    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
        PrintStream out = System.out;
        BenchmarkDirectory directory;
        try {
            directory = BenchmarkDirectory.open();
        } catch (IllegalStateException e) {
            out.println(e.getMessage());
            System.exit(1);
            return;
        }
        new Benchmarks(new CommandLineOptions(arguments), directory, out).run();
    }

    private void run() throws RunnerException {
        describeMachine();
        int rounds = given.getForkCount().orElse(ROUNDS);
        Comparison comparison = new Comparison();
        for (int round = 1; round <= rounds; round++) {
            describeMoment("round " + round + " of " + rounds);
            comparison.add(round());
        }
        describeMoment("end");
        comparison.print(out);
    }

    private Round round() throws RunnerException {
        Round round = new Round();
        List<Integer> threads =
                given.getThreads().hasValue() ? List.of(given.getThreads().get()) : THREADS;
        for (int count : threads) {
            for (RunResult result : new Runner(options(count).build()).run()) {
                round.add(result);
            }
        }
        return round;
    }

    private ChainedOptionsBuilder options(int threads) {
        ChainedOptionsBuilder options =
                new OptionsBuilder().parent(given).forks(1).threads(threads);
        if (given.getIncludes().isEmpty()) {
            options.include(Benchmarks.class.getPackageName());
        }
        if (!given.getWarmupIterations().hasValue()) {
            options.warmupIterations(4);
        }
        if (!given.getWarmupTime().hasValue()) {
            options.warmupTime(TimeValue.seconds(5));
        }
        if (!given.getMeasurementIterations().hasValue()) {
            options.measurementIterations(5);
        }
        if (!given.getMeasurementTime().hasValue()) {
            options.measurementTime(TimeValue.seconds(2));
        }
        return options;
    }

    private void describeMachine() {
        Runtime jvm = Runtime.getRuntime();
        out.printf("processors    %d%n", jvm.availableProcessors());
        out.printf(
                "JVM           %s %s, heap %d MB%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.runtime.version"),
                jvm.maxMemory() >> 20);
        out.printf("directory     %s%n", directory.root());
        out.printf("file system   %s%n", directory.fileSystem());
    }

    private void describeMoment(String when) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        long fsync = directory.medianFsync().toNanos() / 1000;
        out.printf("%n%s: load average %.1f, fsync of 4 kB %d us%n%n", when, load, fsync);
    }
}
