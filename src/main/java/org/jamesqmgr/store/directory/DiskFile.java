/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/**
 * An open file of the real file system.
 *
 * <p>Bytes go through an asynchronous channel that is made to do everything at once, on the thread
 * of its caller. It has what we need and no other class of the JDK has all of: it is not closed
 * under our hands when the thread is interrupted, as {@link FileChannel} is; and one system call
 * creates a file that must not exist, for its owner alone, which {@link java.io.RandomAccessFile}
 * cannot.
 */
final class DiskFile implements OpenFile {

    /** The channel keeps a copy of what it last wrote or read outside the heap, for each thread. */
    private static final int MOST_AT_ONCE = 64 << 10;

    private static final ExecutorService CALLER = new CallerRuns();

    private final AsynchronousFileChannel channel;

    private DiskFile(AsynchronousFileChannel channel) {
        this.channel = channel;
    }

    static DiskFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return new DiskFile(AsynchronousFileChannel.open(path, options, CALLER, attributes));
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
        int total = 0;
        while (total < length) {
            int wanted = Math.min(length - total, MOST_AT_ONCE);
            ByteBuffer part = ByteBuffer.wrap(bytes, offset + total, wanted);
            int count = result(channel.read(part, position + total));
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int length) throws IOException {
        int total = 0;
        while (total < length) {
            int wanted = Math.min(length - total, MOST_AT_ONCE);
            ByteBuffer part = ByteBuffer.wrap(bytes, offset + total, wanted);
            total += result(channel.write(part, position + total));
        }
    }

    private static int result(Future<Integer> done) throws IOException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("reading or writing failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("waited for what was done already", e);
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void forceBytes() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Runs what it is given before it returns; never ends. */
    private static final class CallerRuns extends AbstractExecutorService {

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {
            throw new UnsupportedOperationException("files are always needed");
        }

        @Override
        public List<Runnable> shutdownNow() {
            throw new UnsupportedOperationException("files are always needed");
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
