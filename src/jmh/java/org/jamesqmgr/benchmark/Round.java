/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** What was measured in one round: messages in a second. */
final class Round {

    /**
     * What was measured.
     *
     * @param size of the messages in bytes; {@link Contents#SMALL} where a benchmark has no choice
     */
    record Subject(String name, int size, int threads) {}

    private final Map<Subject, Double> rates = new LinkedHashMap<>();

    void add(RunResult result) {
        rates.put(subject(result.getParams()), result.getPrimaryResult().getScore());
    }

    private static Subject subject(BenchmarkParams params) {
        String method = params.getBenchmark();
        String[] parts = method.split("\\.", -1);
        String name = parts[parts.length - 2];
        String size = Sizes.SMALL;
        for (String key : params.getParamsKeys()) {
            if (key.equals("size")) {
                size = params.getParam(key);
            } else {
                name += " " + params.getParam(key);
            }
        }
        return new Subject(name, Integer.parseInt(size), params.getThreads());
    }

    Set<Subject> subjects() {
        return rates.keySet();
    }

    double rate(Subject subject) {
        return rates.get(subject);
    }

    /** How many times as fast one is as the other, if both were measured. */
    OptionalDouble ratio(Subject one, Subject other) {
        return rates.containsKey(one) && rates.containsKey(other)
                ? OptionalDouble.of(rate(one) / rate(other))
                : OptionalDouble.empty();
    }
}
