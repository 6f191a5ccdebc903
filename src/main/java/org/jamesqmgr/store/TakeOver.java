/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that a store takes over a message of another once at a time: two who bring the same one
 * would each find that it is not there yet. Safe for use by any thread.
 */
public final class TakeOver {

    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** What is done, to its commit. */
    @FunctionalInterface
    public interface Step<T> {
        T run() throws IOException, MessageStoreException;
    }

    /**
     * Takes over what is called so.
     *
     * @throws MessageStoreException if somebody else is at it, or it fails
     */
    public <T> T alone(String name, Step<T> step) throws MessageStoreException {
        if (!underWay.add(name)) {
            throw new MessageStoreException("cannot take over " + name + " twice at a time");
        }
        try {
            return step.run();
        } catch (IOException e) {
            throw new MessageStoreException("cannot take over " + name + ": " + e.getMessage(), e);
        } finally {
            underWay.remove(name);
        }
    }
}
