/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.time.Duration;

/** Where all mail goes in the end: an SMTP server on 127.0.0.1 that takes everything and keeps nothing. */
interface Sink extends AutoCloseable {

    /** Where it listens. */
    int port();

    /** What has arrived. */
    Arrivals arrivals();

    /** Time of the processors it has used in a process of its own; none if it works in this one. */
    Duration processorTime();

    @Override
    void close();
}
