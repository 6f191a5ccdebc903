/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.io.IOException;

/**
 * Delivers mail, one request at a time on each thread; blocks. Safe for use by any number of
 * threads: whoever calls bounds them.
 *
 * <p>Trouble with a peer, a name or a mailbox is an outcome, never an exception. What the agent has
 * not reported it has not delivered.
 */
public interface DeliveryAgent extends AutoCloseable {

    /**
     * Tries once.
     *
     * @return one attempt for each recipient of the request
     * @throws IOException if the content of the message cannot be read; nobody was delivered to
     */
    DeliveryReport deliver(DeliveryRequest request) throws IOException;

    /**
     * Whether messages are taken apart on delivery, so that a bad one may bring the server down; a
     * crash is then blamed on the messages that were being delivered.
     */
    default boolean parsesContent() {
        return false;
    }

    /** Breaks off what is in progress: those deliveries end soon, as temporary failures. */
    @Override
    default void close() {}
}
