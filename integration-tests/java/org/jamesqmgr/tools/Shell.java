/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.tools;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.home.ServerHome;

/** Runs commands with the programs of a server home first in the path. Used by one thread. */
final class Shell {

    /** What a command has left. */
    record Result(int status, String out, String err) {

        List<String> lines() {
            return out.lines().toList();
        }
    }

    private final ServerHome home;

    Shell(ServerHome home) {
        this.home = home;
    }

    /** Runs a line of shell, from a directory that has nothing to do with the server. */
    Result run(String line) throws IOException, InterruptedException {
        Path out = Files.createTempFile("shell", ".out");
        Path err = Files.createTempFile("shell", ".err");
        try {
            int status =
                    builder(line)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start()
                            .waitFor();
            return new Result(status, Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts a command that is the process itself, as somebody does who kills it. */
    Process start(String command) throws IOException {
        return builder("exec " + command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private ProcessBuilder builder(String line) {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", "-c", line)
                        .directory(home.directory().getRoot().toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .merge("PATH", "", (path, none) -> home.directory().resolve("bin") + ":" + path);
        return builder;
    }
}
