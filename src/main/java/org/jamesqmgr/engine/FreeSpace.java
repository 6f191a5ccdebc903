/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Whether new mail may come in, judged by the disks it is written to: not when one of them has no
 * more left than a floor, the larger of {@code queue_minfree} and one and a half times the largest
 * message, nor when the message would bring it below. What is above the floor is for new mail, what
 * is below for mail that is already here: its deferral, its reports, its notices.
 *
 * <p>The disks are asked at most once a second; in between, what was announced is taken off. A
 * message that takes longer to arrive is counted only by what it has left on the disk: the floor
 * has room for that.
 *
 * <p>Safe for use by any thread; takes no lock.
 */
public final class FreeSpace {

    /** Nothing is ever refused. */
    public static final FreeSpace UNLIMITED = new FreeSpace(List.of(), 0, 0, System::nanoTime);

    /** The limit of a server that has none: Postfix's {@code message_size_limit}. */
    private static final long USUAL_MESSAGE_SIZE_LIMIT = 10_240_000;

    private static final long FRESH_NANOS = 1_000_000_000;

    /** With so much to spare no one message makes a difference: James counts its bytes in an int. */
    private static final long PLENTY = Integer.MAX_VALUE;

    private final List<Disk> disks;
    private final long queueMinfree;
    private final long largestMessage;
    private final LongSupplier nanoTime;
    private final AtomicReference<Measured> latest = new AtomicReference<>();
    private final AtomicBoolean low = new AtomicBoolean();
    private volatile Listener listener = NOBODY;

    /**
     * Somewhere that new mail is written to.
     *
     * @param name as an administrator knows it: {@code mail queue}
     * @param usable how many more bytes can be written there; may block
     */
    public record Disk(String name, LongSupplier usable) {}

    /**
     * Why a message cannot be taken.
     *
     * @param disk that has not enough
     * @param free bytes that are left on it, without those announced by others
     * @param size of the message, in bytes; 0 if unknown
     * @param floor what must be left, in bytes
     * @param rule what set the floor
     */
    public record Shortage(String disk, long free, long size, long floor, String rule) {

        /** In the words of Postfix, followed by the numbers. */
        public String text() {
            return "not enough free space in %s: %d bytes%s < %s (%d bytes)"
                    .formatted(disk, free, size > 0 ? " - " + size : "", rule, floor);
        }
    }

    /** Hears when space becomes low and when there is enough again, as far as somebody asks. */
    public interface Listener {

        void spaceLow(Shortage shortage);

        void spaceEnough();
    }

    private static final Listener NOBODY =
            new Listener() {
                @Override
                public void spaceLow(Shortage shortage) {}

                @Override
                public void spaceEnough() {}
            };

    /** What the disks said. */
    private record Measured(long nanos, List<Long> free, AtomicLong announced) {}

    private record Floor(long bytes, String rule) {}

    /**
     * @param queueMinfree in bytes
     * @param largestMessage that any server takes, in bytes; 0 for no limit
     * @param nanoTime as {@link System#nanoTime}
     */
    public FreeSpace(
            List<Disk> disks, long queueMinfree, long largestMessage, LongSupplier nanoTime) {
        this.disks = List.copyOf(disks);
        this.queueMinfree = queueMinfree;
        this.largestMessage = largestMessage;
        this.nanoTime = nanoTime;
    }

    /** Names the listener; the one before is forgotten. */
    public void listen(Listener other) {
        listener = other;
    }

    /** Why no mail can be taken now, if none can. */
    public Optional<Shortage> low() {
        return shortage(measured(), 0, 0, largestMessage);
    }

    /**
     * Sees to it that there is room for a message that is about to come.
     *
     * @param announced its size in bytes; 0 if unknown
     * @param messageSizeLimit of the server it comes to, in bytes; 0 if it has none
     * @return why not; if empty, the size counts against those that are announced next
     */
    public Optional<Shortage> announce(long announced, long messageSizeLimit) {
        Measured measured = measured();
        long size = Math.max(0, announced);
        long before = measured.announced().getAndAdd(size);
        Optional<Shortage> shortage = shortage(measured, before, size, messageSizeLimit);
        if (shortage.isPresent()) {
            measured.announced().addAndGet(-size);
        }
        return shortage;
    }

    /**
     * Whether there is room for a message that is here already, but not on the disk.
     *
     * @param size asked for only if it makes a difference
     */
    public Optional<Shortage> shortage(LongSupplier size) {
        Measured measured = measured();
        Optional<Shortage> whateverSize = shortage(measured, 0, 0, largestMessage);
        if (whateverSize.isPresent() || shortage(measured, 0, PLENTY, largestMessage).isEmpty()) {
            return whateverSize;
        }
        return shortage(measured, 0, size.getAsLong(), largestMessage);
    }

    private Optional<Shortage> shortage(
            Measured measured, long announced, long size, long messageSizeLimit) {
        Floor floor = floor(messageSizeLimit);
        for (int i = 0; i < disks.size(); i++) {
            long free = measured.free().get(i) - announced;
            if (free <= floor.bytes() || free - size < floor.bytes()) {
                String disk = disks.get(i).name();
                return Optional.of(new Shortage(disk, free, size, floor.bytes(), floor.rule()));
            }
        }
        return Optional.empty();
    }

    private Floor floor(long messageSizeLimit) {
        long limit = limitOrUsual(messageSizeLimit);
        long forOneMessage = (long) (1.5 * limit);
        return queueMinfree > forOneMessage
                ? new Floor(queueMinfree, "queue_minfree")
                : new Floor(forOneMessage, "1.5*message size limit");
    }

    /** The limit in bytes that a configured one means, which is 0 or less where there is none. */
    public static long limitOrUsual(long messageSizeLimit) {
        return messageSizeLimit > 0 ? messageSizeLimit : USUAL_MESSAGE_SIZE_LIMIT;
    }

    private Measured measured() {
        Measured before = latest.get();
        long now = nanoTime.getAsLong();
        if (before != null && now - before.nanos() < FRESH_NANOS) {
            return before;
        }
        List<Long> free = disks.stream().map(disk -> disk.usable().getAsLong()).toList();
        Measured fresh = new Measured(now, free, new AtomicLong());
        // Whoever comes second counts with the first: what was announced to it must not be lost.
        if (!latest.compareAndSet(before, fresh)) {
            return latest.get();
        }
        tell(shortage(fresh, 0, 0, largestMessage));
        return fresh;
    }

    private void tell(Optional<Shortage> shortage) {
        if (low.compareAndSet(shortage.isEmpty(), shortage.isPresent())) {
            shortage.ifPresentOrElse(listener::spaceLow, listener::spaceEnough);
        }
    }
}
