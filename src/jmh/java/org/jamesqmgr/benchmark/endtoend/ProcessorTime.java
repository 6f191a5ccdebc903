/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Time of the processors, in user and kernel mode, as Linux counts it. */
final class ProcessorTime {

    /** Linux shows all programs hundredths of a second, whatever it counts itself. */
    private static final long MILLISECONDS_PER_TICK = 10;

    /** Of {@code /proc/PID/stat}, behind the name in brackets. */
    private static final int USER = 11;

    private static final int SYSTEM = 12;
    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;

    private ProcessorTime() {}

    /** What a process has used. */
    static Duration ofProcess(long pid) {
        List<String> fields = stat(pid);
        return ticks(number(fields, USER) + number(fields, SYSTEM));
    }

    /** What this process has used, and what it has started and has ended. */
    static Duration ofUs() {
        return withEndedChildren(ProcessHandle.current().pid());
    }

    /** What a process has used, with all it has started, whether they have ended or not. */
    static Duration ofFamily(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(child -> ofFamilyIfItLives(child.pid()))
                .reduce(withEndedChildren(pid), Duration::plus);
    }

    /** One that ends while we look has told its parent, whom we ask next time. */
    private static Duration ofFamilyIfItLives(long pid) {
        try {
            return withEndedChildren(pid);
        } catch (UncheckedIOException e) {
            return Duration.ZERO;
        }
    }

    private static Duration withEndedChildren(long pid) {
        List<String> fields = stat(pid);
        return ticks(
                number(fields, USER)
                        + number(fields, SYSTEM)
                        + number(fields, ENDED_USER)
                        + number(fields, ENDED_SYSTEM));
    }

    /** What all processors have been busy with, including what others on the same host took from us. */
    static Duration ofAll() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            // cpu user nice system idle iowait irq softirq steal guest guest_nice
            String[] fields = lines.findFirst().orElseThrow().split(" +", -1);
            return ticks(
                    number(List.of(fields), 1)
                            + number(List.of(fields), 2)
                            + number(List.of(fields), 3)
                            + number(List.of(fields), 6)
                            + number(List.of(fields), 7)
                            + number(List.of(fields), 8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Arrays.asList(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(List<String> fields, int index) {
        return Long.parseLong(fields.get(index).strip());
    }

    private static Duration ticks(long count) {
        return Duration.ofMillis(count * MILLISECONDS_PER_TICK);
    }
}
