/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jamesqmgr.store.MessageStoreException;

/** Another server process that opens a queue directory and keeps it until its input ends. */
final class LockHolder implements AutoCloseable {

    static final String OPENED = "opened";

    private final Process process;
    private final String answer;

    private LockHolder(Process process, String answer) {
        this.process = process;
        this.answer = answer;
    }

    static LockHolder start(Path directory) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Process process =
                new ProcessBuilder(
                                List.of(
                                        java,
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        classes,
                                        LockHolder.class.getName(),
                                        directory.toString()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        // Whatever is logged goes to the same output.
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("answer: ")) {
            line = out.readLine();
        }
        return new LockHolder(process, String.valueOf(line).replace("answer: ", ""));
    }

    /** What came of opening: {@link #OPENED}, or why it was refused. */
    String answer() {
        return answer;
    }

    long pid() {
        return process.pid();
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    public static void main(String[] arguments) throws IOException {
        try (DirectoryMessageStore store =
                DirectoryMessageStore.open(Path.of(arguments[0]), Clock.systemUTC())) {
            answer(OPENED + store.counts().keySet().size());
            System.in.readAllBytes();
        } catch (MessageStoreException e) {
            answer(e.getMessage());
        }
    }

    private static void answer(String text) {
        System.out.println("answer: " + text);
        System.out.flush();
    }
}
