/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Sends mail through servers and takes the time. Used by one thread. */
final class Stopwatch {

    /** For the next message to arrive: longer than any server thinks before it tries again. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** After the last message: queue files are removed, logs are written. */
    private static final Duration TIDYING = Duration.ofSeconds(1);

    private final Source source;
    private final Sink sink;
    private final List<MailServer> servers;

    Stopwatch(Source source, Sink sink, List<MailServer> servers) {
        this.source = source;
        this.sink = sink;
        this.servers = List.copyOf(servers);
    }

    /**
     * Sends messages to a server and waits until all of them have arrived, or were accepted if it delivers
     * none.
     *
     * @throws IllegalStateException if fewer arrive, or more
     */
    Measurement measure(MailServer server, Load load, long messages)
            throws IOException, InterruptedException {
        long expected = sink.arrivals().count() + (server.delivers() ? messages : 0);
        Usage before = usage(server);
        long start = System.nanoTime();
        long end;
        try {
            source.send(server.ports(), load, messages);
            end = sink.arrivals().await(expected, PATIENCE);
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(server.name() + ", see " + server.home(), e);
        }
        Pause.of(TIDYING);
        Usage used = usage(server).minus(before);
        if (sink.arrivals().count() != expected) {
            throw new IllegalStateException(server.name() + " has sent some mail twice");
        }
        return new Measurement(
                server.name(),
                load,
                messages,
                Duration.ofNanos(end - start),
                used.server,
                used.tools,
                used.shareOfOthers());
    }

    private Usage usage(MailServer measured) {
        Duration all = ProcessorTime.ofAll();
        Duration idle =
                servers.stream()
                        .filter(server -> server != measured)
                        .map(MailServer::processorTime)
                        .reduce(Duration.ZERO, Duration::plus);
        Duration tools = ProcessorTime.ofUs().plus(sink.processorTime());
        return new Usage(System.nanoTime(), measured.processorTime(), tools, idle, all);
    }

    /** Time of the processors, by who has used it, up to a moment or since one. */
    private record Usage(long nanos, Duration server, Duration tools, Duration idle, Duration all) {

        Usage minus(Usage before) {
            return new Usage(
                    nanos - before.nanos,
                    server.minus(before.server),
                    tools.minus(before.tools),
                    idle.minus(before.idle),
                    all.minus(before.all));
        }

        double shareOfOthers() {
            long others = all.minus(server).minus(tools).minus(idle).toNanos();
            long available = nanos * Runtime.getRuntime().availableProcessors();
            return Math.max(0, (double) others / available);
        }
    }
}
