/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server, in processes and a directory of its own, that sends all it gets to the sink if it delivers. */
interface MailServer extends AutoCloseable {

    /**
     * Waits until it takes mail.
     *
     * @throws IOException if it does not start
     */
    void awaitReady() throws IOException, InterruptedException;

    /** Whether what it gets arrives at the sink. */
    default boolean delivers() {
        return true;
    }

    /** One of {@link Options#SUBJECTS}. */
    String name();

    /** Where it takes mail, on 127.0.0.1; several ports get equal shares. */
    List<Integer> ports();

    /** Its processes, or the one that has started the others. */
    List<Long> pids();

    /** Time of the processors that all its processes have used, whether they have ended or not. */
    Duration processorTime();

    /** How many of them get faster with the messages they have seen. */
    int jvms();

    /** Where its settings, logs and queues are. */
    Path home();

    /** Stops it and returns when it has ended. */
    @Override
    void close();
}
