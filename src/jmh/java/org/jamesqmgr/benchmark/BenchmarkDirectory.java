/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory in which everything is measured, named by the system property {@value #PROPERTY}.
 * Must be on a real disk: where {@code fsync} costs nothing, the comparison says nothing.
 */
public final class BenchmarkDirectory {

    static final String PROPERTY = "benchmark.directory";

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "devtmpfs", "rootfs");
    private static final int FSYNCS = 200;

    private final Path root;

    private BenchmarkDirectory(Path root) {
        this.root = root;
    }

    /**
     * The directory, which is created where it is missing.
     *
     * @throws IllegalStateException if it is in memory; the text says what to do
     */
    public static BenchmarkDirectory open() {
        Path root = Path.of(System.getProperty(PROPERTY, "target/benchmark")).toAbsolutePath();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BenchmarkDirectory directory = new BenchmarkDirectory(root);
        if (IN_MEMORY.contains(directory.fileSystem())) {
            throw new IllegalStateException(
                    root
                            + " is on "
                            + directory.fileSystem()
                            + ", which is memory, not a disk: name a directory on a disk with -D"
                            + PROPERTY
                            + "=...");
        }
        return directory;
    }

    public String fileSystem() {
        try {
            return Files.getFileStore(root).type();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path root() {
        return root;
    }

    /** A new, empty directory for one benchmark. */
    public Path subdirectory(String name) throws IOException {
        return Files.createTempDirectory(root, name + "-");
    }

    /** How long it takes to make 4 kB more of a file durable. */
    public Duration medianFsync() {
        try {
            Path path = Files.createTempFile(root, "fsync-", null);
            try {
                return median(fsyncs(path));
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] fsyncs(Path path) throws IOException {
        long[] nanos = new long[FSYNCS];
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FSYNCS; i++) {
                file.write(ByteBuffer.allocate(Contents.SMALL));
                long start = System.nanoTime();
                file.force(true);
                nanos[i] = System.nanoTime() - start;
            }
        }
        return nanos;
    }

    private static Duration median(long[] nanos) {
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[nanos.length / 2]);
    }

    /**
     * Waits until all is on the disk: what the system has yet to write would be paid for by what is
     * measured next.
     */
    public static void sync() throws IOException {
        try {
            new ProcessBuilder("sync").inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the disk was written");
        }
    }

    /** Removes a directory and what is in it. */
    public static void remove(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> found = Files.walk(directory)) {
            paths = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
