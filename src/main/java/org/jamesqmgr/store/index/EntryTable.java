/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.index;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.index.QueueIndex.Entry;

/**
 * The entries of the index by their ids: a hash table with open addressing, which costs one reference
 * or two for an entry where a {@link java.util.HashMap} has an object for each as well. Of a million
 * messages that is more than thirty megabytes.
 *
 * <p>Guarded by the lock of the index.
 */
final class EntryTable {

    private static final int FIRST_SIZE = 16;

    /** A power of two, with gaps in it: more than three in four are never taken. */
    private Entry[] slots = new Entry[FIRST_SIZE];

    private int size;

    /** Null if there is none with this id. */
    Entry get(QueueId id) {
        return slots[slot(id.micros(), id.tag())];
    }

    boolean contains(Entry entry) {
        return slots[slot(entry.micros, entry.tag)] != null;
    }

    /** Returns false, and changes nothing, if there is one with the same id. */
    boolean add(Entry entry) {
        int slot = slot(entry.micros, entry.tag);
        if (slots[slot] != null) {
            return false;
        }
        slots[slot] = entry;
        size++;
        if (size > slots.length / 4 * 3) {
            grow();
        }
        return true;
    }

    /** Returns false if there was none with this id. */
    boolean remove(Entry entry) {
        int slot = slot(entry.micros, entry.tag);
        if (slots[slot] == null) {
            return false;
        }
        slots[slot] = null;
        size--;
        closeGap(slot);
        return true;
    }

    Stream<Entry> stream() {
        return Arrays.stream(slots).filter(Objects::nonNull);
    }

    /** All entries as they are now; may be gone through without the lock. */
    Entry[] snapshot() {
        return slots.clone();
    }

    int size() {
        return size;
    }

    private void grow() {
        Entry[] old = slots;
        slots = new Entry[old.length * 2];
        for (Entry entry : old) {
            if (entry != null) {
                slots[slot(entry.micros, entry.tag)] = entry;
            }
        }
    }

    /** Where an entry is, or the gap where it would go. */
    private int slot(long micros, int tag) {
        int slot = home(micros, tag);
        for (Entry found = slots[slot];
                found != null && (found.micros != micros || found.tag != tag);
                found = slots[slot]) {
            slot = next(slot);
        }
        return slot;
    }

    /** Moves up those behind a gap who would not be found any more. */
    private void closeGap(int start) {
        int gap = start;
        for (int slot = next(gap); slots[slot] != null; slot = next(slot)) {
            int home = home(slots[slot].micros, slots[slot].tag);
            if (distance(home, slot) >= distance(gap, slot)) {
                slots[gap] = slots[slot];
                slots[slot] = null;
                gap = slot;
            }
        }
    }

    private int distance(int from, int to) {
        return (to - from) & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /** By the upper bits of a product, in which all bits of the id have a say. */
    private int home(long micros, int tag) {
        long mixed = (micros * 0x9E3779B97F4A7C15L + tag) * 0xBF58476D1CE4E5B9L;
        return (int) (mixed >>> (Long.numberOfLeadingZeros(slots.length) + 1));
    }
}
