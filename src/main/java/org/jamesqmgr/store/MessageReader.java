/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.util.Optional;
import org.jamesqmgr.model.QueuedMessage;

/** Gives messages that were asked for by id, one after the other. For one thread. */
@FunctionalInterface
public interface MessageReader {

    /**
     * The next one, as {@link MessageStore#find} gives it at this moment.
     *
     * @return empty if it is not there
     * @throws java.util.NoSuchElementException if no more were asked for
     */
    Optional<QueuedMessage> next() throws MessageStoreException;
}
