/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The entries that wait at one destination: first come, first served within a {@link SizeClass}. No
 * class is passed over more than {@link #PATIENCE} times in a row by each of the others.
 */
final class WaitingEntries {

    static final int PATIENCE = 5;

    private static final class Line {
        private final Deque<OpenEntry> entries = new ArrayDeque<>(1);
        private int passedOver;
    }

    private final Map<SizeClass, Line> lines = new EnumMap<>(SizeClass.class);
    private int size;

    int size() {
        return size;
    }

    void add(OpenEntry entry) {
        lines.computeIfAbsent(entry.sizeClass(), none -> new Line()).entries.addLast(entry);
        size++;
    }

    /** The number of the first one of this class; {@link Long#MAX_VALUE} if none waits. */
    long first(SizeClass sizeClass) {
        Line line = lines.get(sizeClass);
        return line == null ? Long.MAX_VALUE : line.entries.getFirst().entry().number();
    }

    boolean any(SizeClass sizeClass) {
        return lines.containsKey(sizeClass);
    }

    /** Takes one: of this class, unless another one has lost its patience. */
    OpenEntry take(SizeClass wanted) {
        SizeClass chosen = impatient(wanted);
        lines.forEach((other, line) -> line.passedOver += other == chosen ? 0 : 1);
        Line line = lines.get(chosen);
        line.passedOver = 0;
        OpenEntry entry = line.entries.removeFirst();
        if (line.entries.isEmpty()) {
            lines.remove(chosen);
        }
        size--;
        return entry;
    }

    /** Takes this one, which waits here. */
    void remove(OpenEntry entry) {
        Line line = lines.get(entry.sizeClass());
        line.entries.remove(entry);
        if (line.entries.isEmpty()) {
            lines.remove(entry.sizeClass());
        }
        size--;
    }

    /** Takes all. */
    List<OpenEntry> drain() {
        List<OpenEntry> all = new ArrayList<>(size);
        lines.values().forEach(line -> all.addAll(line.entries));
        lines.clear();
        size = 0;
        return all;
    }

    private SizeClass impatient(SizeClass wanted) {
        SizeClass chosen = wanted;
        int most = PATIENCE - 1;
        for (Map.Entry<SizeClass, Line> line : lines.entrySet()) {
            if (line.getKey() != wanted && line.getValue().passedOver > most) {
                chosen = line.getKey();
                most = line.getValue().passedOver;
            }
        }
        return chosen;
    }
}
