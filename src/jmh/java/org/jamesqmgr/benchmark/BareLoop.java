/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The yardstick: create a file, fsync, rename, delete, and nothing else. No queue of files can be
 * faster on this disk.
 */
@State(Scope.Benchmark)
public class BareLoop {

    @Param({Sizes.SMALL, Sizes.LARGE})
    public int size;

    private final AtomicLong names = new AtomicLong();
    private byte[] content;
    private Path root;
    private Path incoming;
    private Path active;

    @Setup
    public void create() throws IOException {
        content = Contents.ofSize(size);
        root = BenchmarkDirectory.open().subdirectory("bare");
        incoming = Files.createDirectory(root.resolve("incoming"));
        active = Files.createDirectory(root.resolve("active"));
    }

    @TearDown
    public void remove() throws IOException {
        BenchmarkDirectory.remove(root);
    }

    @Benchmark
    public void enqueueClaimRemove() throws IOException {
        String name = Long.toString(names.incrementAndGet());
        Path created = incoming.resolve(name);
        Path claimed = active.resolve(name);
        try (FileChannel file =
                FileChannel.open(
                        created, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content));
            file.force(true);
        }
        Files.move(created, claimed, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(claimed);
    }
}
