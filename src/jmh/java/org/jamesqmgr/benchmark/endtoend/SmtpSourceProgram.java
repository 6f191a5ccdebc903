/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Postfix's {@code smtp-source}, one for each port; each session keeps its connection. */
record SmtpSourceProgram(Path program) implements Source {

    @Override
    public void send(List<Integer> ports, Load load, long messages)
            throws IOException, InterruptedException {
        List<Process> sources = new ArrayList<>();
        try {
            int some = Math.min(ports.size(), load.sessions());
            for (int i = 0; i < some; i++) {
                long share = messages * (i + 1) / some - messages * i / some;
                int sessions = load.sessions() * (i + 1) / some - load.sessions() * i / some;
                sources.add(start(ports.get(i), load.size(), sessions, share));
            }
            for (Process source : sources) {
                end(source);
            }
        } finally {
            sources.forEach(Process::destroy);
        }
    }

    private Process start(int port, int size, int sessions, long messages) throws IOException {
        List<String> command =
                List.of(
                        program.toString(),
                        "-d",
                        "-s",
                        String.valueOf(Math.min(sessions, messages)),
                        "-m",
                        String.valueOf(messages),
                        "-l",
                        String.valueOf(size),
                        "-M",
                        "localhost",
                        "-f",
                        FROM,
                        "-t",
                        TO,
                        "127.0.0.1:" + port);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void end(Process source) throws IOException, InterruptedException {
        String output = new String(source.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (source.waitFor() != 0) {
            throw new IOException("smtp-source: " + output);
        }
    }

    @Override
    public String toString() {
        return "smtp-source";
    }
}
