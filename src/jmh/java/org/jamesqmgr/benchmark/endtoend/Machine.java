/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jamesqmgr.benchmark.BenchmarkDirectory;

/** What figures depend on. */
record Machine(BenchmarkDirectory directory, PrintStream out) {

    void describe(String heap) {
        print("processors", Runtime.getRuntime().availableProcessors() + " x " + processor());
        print("memory", memory());
        print(
                "JVM",
                System.getProperty("java.vm.name")
                        + " "
                        + System.getProperty("java.runtime.version")
                        + ", heap "
                        + heap
                        + " each");
        print("directory", directory.root());
        print("file system", directory.fileSystem());
    }

    void describeMoment(String when) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        long fsync = directory.medianFsync().toNanos() / 1000;
        out.printf("%n%s: load average %.1f, fsync of 4 kB %d us%n", when, load, fsync);
    }

    void print(String name, Object value) {
        out.printf("%-13s %s%n", name, value);
    }

    private static String processor() {
        return field("/proc/cpuinfo", "model name");
    }

    private static String memory() {
        return field("/proc/meminfo", "MemTotal");
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
