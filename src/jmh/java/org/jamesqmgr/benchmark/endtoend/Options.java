/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the command line says; {@link #USAGE} explains it.
 *
 * @param subjects names of the servers to measure, in this order
 * @param warmup messages that each JVM gets before anything is measured
 * @param messages of each measurement; if empty, as many as take about {@code seconds}
 * @param backlog deferred messages of a server that has many
 * @param jvmOptions given to every JVM that is measured, after the heap size
 */
record Options(
        List<String> subjects,
        int rounds,
        long warmup,
        OptionalLong messages,
        int seconds,
        List<Load> loads,
        Tools.Choice tools,
        int backlog,
        String heap,
        List<String> jvmOptions) {

    static final List<String> SUBJECTS =
            List.of("qmgr", "deep", "shared", "pair", "reception", "memory", "activemq", "postfix");

    /**
     * A pair of servers tells more than one does only where there are processors for both. Reception is
     * no server that anybody would run: it says what James costs before there is a queue or a delivery.
     * A deep queue takes minutes to be filled.
     */
    private static final Set<String> UNUSUAL = Set.of("deep", "pair", "reception");

    private static final List<String> USUAL =
            SUBJECTS.stream().filter(name -> !UNUSUAL.contains(name)).toList();

    static final String USAGE =
            """
            --only=qmgr,memory                    measure these alone; qmgr, deep, shared, pair, reception, memory,
                                                  activemq, postfix
            --rounds=7                            each measures every server once with each load
            --warmup=50000                        messages for each JVM at least before the first measurement
            --seconds=9                           how long a measurement lasts, about
            --messages=N                          or how many messages it has
            --size=N --sessions=N                 one load instead of 4 kB with 20 sessions and with 1, 100 kB with 20
            --tools=auto|postfix|java             smtp-source and smtp-sink, or our own in Java
            --backlog=1000000                     deferred messages in the queue of deep
            --heap=1g                             the -Xmx of every JVM
            --jvm-option=-XX:...                  one more option for every JVM; may be repeated
            """;

    private static final List<Load> LOADS =
            List.of(Load.USUAL, new Load(4096, 1), new Load(102_400, 20));

    Options {
        subjects = List.copyOf(subjects);
        loads = List.copyOf(loads);
        jvmOptions = List.copyOf(jvmOptions);
        if (subjects.isEmpty() || !Set.copyOf(SUBJECTS).containsAll(subjects)) {
            throw new IllegalArgumentException("--only: one or more of " + SUBJECTS);
        }
        if (rounds < 1 || warmup < 0 || backlog < 1 || seconds < 1 || messages.orElse(1) < 1) {
            throw new IllegalArgumentException("rounds, messages, seconds and backlog: 1 or more");
        }
    }

    /**
     * Reads arguments of the form {@code --name=value} or {@code --name value}.
     *
     * @throws IllegalArgumentException if they are wrong, or help is asked for; the text says what
     */
    static Options parse(String... arguments) {
        Parser parser = new Parser();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--help")) {
                throw new IllegalArgumentException("Options:");
            }
            String[] parts = arguments[i].split("=", 2);
            if (parts.length == 1 && i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + ": a value is missing");
            }
            parser.set(parts[0], parts.length == 2 ? parts[1] : arguments[++i]);
        }
        return parser.options();
    }

    private static final class Parser {
        private List<String> subjects = USUAL;
        private int rounds = 7;
        private long warmup = 50_000;
        private OptionalLong messages = OptionalLong.empty();
        private int seconds = 9;
        private OptionalInt size = OptionalInt.empty();
        private OptionalInt sessions = OptionalInt.empty();
        private Tools.Choice tools = Tools.Choice.AUTO;
        private int backlog = 1_000_000;
        private String heap = "1g";
        private final List<String> jvmOptions = new ArrayList<>();

        void set(String name, String value) {
            switch (name) {
                case "--only" -> subjects = List.of(value.split(",", -1));
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--warmup" -> warmup = Long.parseLong(value);
                case "--messages" -> messages = OptionalLong.of(Long.parseLong(value));
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--size" -> size = OptionalInt.of(Integer.parseInt(value));
                case "--sessions" -> sessions = OptionalInt.of(Integer.parseInt(value));
                case "--tools" -> tools = tools(value);
                case "--backlog" -> backlog = Integer.parseInt(value);
                case "--heap" -> heap = value;
                case "--jvm-option" -> jvmOptions.add(value);
                default -> throw new IllegalArgumentException(name + ": there is no such option");
            }
        }

        private static Tools.Choice tools(String value) {
            return switch (value) {
                case "auto" -> Tools.Choice.AUTO;
                case "postfix" -> Tools.Choice.POSTFIX;
                case "java" -> Tools.Choice.JAVA;
                default -> throw new IllegalArgumentException("--tools: auto, postfix or java");
            };
        }

        Options options() {
            boolean one = size.isPresent() || sessions.isPresent();
            Load load =
                    new Load(
                            size.orElse(Load.USUAL.size()), sessions.orElse(Load.USUAL.sessions()));
            return new Options(
                    subjects,
                    rounds,
                    warmup,
                    messages,
                    seconds,
                    one ? List.of(load) : LOADS,
                    tools,
                    backlog,
                    heap,
                    jvmOptions);
        }
    }
}
