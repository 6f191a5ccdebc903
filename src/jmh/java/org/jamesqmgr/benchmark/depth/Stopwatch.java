/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.depth;

/** Runs from when it is made. */
final class Stopwatch {

    private final long start = System.nanoTime();

    String seconds() {
        return "%.2f s".formatted(nanos() / 1e9);
    }

    /** For each of so many. */
    String micros(int times) {
        return "%.1f us".formatted(nanos() / 1e3 / times);
    }

    private long nanos() {
        return System.nanoTime() - start;
    }
}
