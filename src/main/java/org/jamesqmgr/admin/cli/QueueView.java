/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.admin.ShapeRequest;

/** The queues, as a server shows them or as their files do. */
interface QueueView extends AutoCloseable {

    /**
     * Gives all messages but the corrupt ones: first those that are active, then incoming, deferred,
     * and on hold.
     *
     * @param to false to stop
     */
    void list(Predicate<QueuedMail> to);

    /**
     * Counts what the queues are full of.
     *
     * @param now for the ages, where no server has the time
     */
    Shape shape(ShapeRequest request, Instant now);

    /** How many damaged files there are. */
    long corrupt();

    /** A message, be it corrupt. */
    Optional<ShownMail> show(String id);

    /** Its header and body. */
    InputStream content(ShownMail mail);

    @Override
    void close();
}
