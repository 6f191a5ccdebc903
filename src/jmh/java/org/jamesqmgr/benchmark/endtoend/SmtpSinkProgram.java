/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.testing.Ports;

/**
 * Postfix's {@code smtp-sink}. It prints its counters whenever one changes; they are read every few
 * milliseconds, which costs next to nothing and is as exact as the time of a measurement needs.
 */
final class SmtpSinkProgram implements Sink {

    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final String BACKLOG = "512";
    private static final String CONNECTIONS = "1000";

    /** {@code sess=1 quit=1 mesg=20}, then a carriage return. */
    private static final String COUNTER = "mesg=";

    private final int port;
    private final Process process;
    private final Arrivals arrivals = new Arrivals();
    private final byte[] buffer = new byte[1 << 16];
    private String rest = "";

    private SmtpSinkProgram(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    static SmtpSinkProgram start(Path program, Path log) throws IOException, InterruptedException {
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (Programs.weAreRoot()) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.addAll(List.of("-c", "-m", CONNECTIONS, "127.0.0.1:" + port, BACKLOG));
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        SmtpSinkProgram sink = new SmtpSinkProgram(port, process);
        Greeting.await(process, port, "smtp-sink, see " + log);
        Thread reader = new Thread(sink::readAll, "sink");
        reader.setDaemon(true);
        reader.start();
        return sink;
    }

    private void readAll() {
        try (InputStream output = process.getInputStream()) {
            while (process.isAlive()) {
                read(output);
                Pause.of(INTERVAL);
            }
        } catch (IOException | InterruptedException e) {
            // No more arrivals: whoever waits for them finds out.
        }
    }

    private void read(InputStream output) throws IOException {
        int available = output.available();
        if (available > 0) {
            int length = output.read(buffer, 0, Math.min(available, buffer.length));
            notice(rest + new String(buffer, 0, length, StandardCharsets.US_ASCII));
        }
    }

    private void notice(String text) {
        int end = text.lastIndexOf('\r');
        int start = text.lastIndexOf(COUNTER, end);
        if (end >= 0 && start >= 0) {
            arrivals.set(Long.parseLong(text.substring(start + COUNTER.length(), end)));
        }
        rest = text.substring(end + 1);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public Duration processorTime() {
        return ProcessorTime.ofProcess(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
    }

    @Override
    public String toString() {
        return "smtp-sink";
    }
}
