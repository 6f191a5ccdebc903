/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Postfix's {@code smtp-source}; each session keeps its connection. */
record SmtpSourceProgram(Path program) implements Source {

    @Override
    public void send(int port, Load load, long messages) throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        program.toString(),
                        "-d",
                        "-s",
                        String.valueOf(Math.min(load.sessions(), messages)),
                        "-m",
                        String.valueOf(messages),
                        "-l",
                        String.valueOf(load.size()),
                        "-M",
                        "localhost",
                        "-f",
                        FROM,
                        "-t",
                        TO,
                        "127.0.0.1:" + port);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("smtp-source: " + output);
            }
        } finally {
            process.destroy();
        }
    }

    @Override
    public String toString() {
        return "smtp-source";
    }
}
