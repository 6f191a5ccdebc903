/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.nio.file.Path;
import java.time.Clock;

/**
 * Where a program runs.
 *
 * @param home of the server, whose {@code conf} counts unless another is named
 * @param clock with the time zone in which times are shown
 */
record Surroundings(Console console, Path home, Clock clock) {

    Surroundings of(String program) {
        return new Surroundings(console.of(program), home, clock);
    }
}
