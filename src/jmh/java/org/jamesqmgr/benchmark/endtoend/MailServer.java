/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A server, in processes and a directory of its own, that sends all it gets to the sink. */
interface MailServer extends AutoCloseable {

    /**
     * Waits until it takes mail.
     *
     * @throws IOException if it does not start
     */
    void awaitReady() throws IOException, InterruptedException;

    /** One of {@link Options#SUBJECTS}. */
    String name();

    /** Where it takes mail, on 127.0.0.1. */
    int port();

    /** Its process, or the one that has started the others. */
    long pid();

    /** Time of the processors that all its processes have used, whether they have ended or not. */
    Duration processorTime();

    /** Whether it gets faster with the messages it has seen. */
    boolean isJvm();

    /** Where its settings, logs and queues are. */
    Path home();

    /** Stops it and returns when it has ended. */
    @Override
    void close();
}
