/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Warms servers, and measures them with as many messages as are wanted or take as long as is wanted. */
final class Trial {

    private record Key(String subject, Load load) {}

    /** What is no JVM does not get faster with mail. */
    private static final long WITHOUT_JVM = 2_000;

    private static final int WARM_UP_PARTS = 5;
    private static final int MOST_WARM_UPS = 4;

    /** Two parts that cost this share of the two before, or more, cost the same. */
    private static final double STEADY = 0.97;

    private static final long FIRST_TRY = 200;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    private final Stopwatch stopwatch;
    private final Options options;
    private final PrintStream out;

    /** How fast a server was when it was last measured. */
    private final Map<Key, Double> rates = new HashMap<>();

    Trial(Stopwatch stopwatch, Options options, PrintStream out) {
        this.stopwatch = stopwatch;
        this.options = options;
        this.out = out;
    }

    /**
     * Sends the usual load to a server: as much as is wanted, and then for as long as it still gets
     * cheaper, up to four times as much. Then finds out how it does with each of the others.
     */
    void warmUp(MailServer server) throws IOException, InterruptedException {
        long messages =
                server.jvms() > 0
                        ? server.jvms() * options.warmup()
                        : Math.min(WITHOUT_JVM, options.warmup());
        long part = (messages + WARM_UP_PARTS - 1) / WARM_UP_PARTS;
        List<Double> costs = new ArrayList<>();
        while (messages > 0 && stillCold(costs)) {
            Measurement measurement = stopwatch.measure(server, Load.USUAL, part);
            note(measurement);
            costs.add(measurement.cost());
            out.println("warm-up " + measurement);
        }
        if (options.messages().isEmpty()) {
            for (Load load : options.loads()) {
                findRate(server, load);
            }
        }
    }

    private static boolean stillCold(List<Double> costs) {
        int done = costs.size();
        if (done < WARM_UP_PARTS || done >= MOST_WARM_UPS * WARM_UP_PARTS) {
            return done < WARM_UP_PARTS;
        }
        double lately = costs.get(done - 1) + costs.get(done - 2);
        double before = costs.get(done - 3) + costs.get(done - 4);
        return lately < before * STEADY;
    }

    private void findRate(MailServer server, Load load) throws IOException, InterruptedException {
        if (rates.containsKey(new Key(server.name(), load))) {
            return;
        }
        Measurement trial = stopwatch.measure(server, load, FIRST_TRY);
        note(trial);
        if (trial.elapsed().compareTo(LONG_ENOUGH) < 0) {
            note(stopwatch.measure(server, load, messages(server, load, LONG_ENOUGH.toSeconds())));
        }
    }

    /** Measures once, and says so. */
    Measurement measure(MailServer server, Load load) throws IOException, InterruptedException {
        long messages =
                options.messages().orElseGet(() -> messages(server, load, options.seconds()));
        Measurement measurement = stopwatch.measure(server, load, messages);
        note(measurement);
        out.println(measurement);
        return measurement;
    }

    private void note(Measurement measurement) {
        rates.put(new Key(measurement.subject(), measurement.load()), measurement.rate());
    }

    private long messages(MailServer server, Load load, long seconds) {
        return Math.max(1, Math.round(rates.get(new Key(server.name(), load)) * seconds));
    }
}
