/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.time.Duration;
import java.time.Instant;

/**
 * A wait that ends even if the clock is turned back: being before its start counts as its end, since
 * nobody can tell how long it has lasted then.
 */
record Deadline(Instant start, Duration length) {

    Instant end() {
        return start.plus(length);
    }

    boolean passed(Instant now) {
        return now.isBefore(start) || !now.isBefore(end());
    }
}
