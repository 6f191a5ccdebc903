/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jamesqmgr.engine.Intention.Kind;
import org.jamesqmgr.model.QueueId;

/**
 * What operators want to become of messages that other servers have in work: remembered here until that
 * work has ended, as an {@link Intention} is with the work of this server, and forgotten when this
 * server dies. Carries out nothing. Safe for use by any thread.
 */
final class Wishes {

    @GuardedBy("this")
    private final Map<QueueId, Intention> wishes = new HashMap<>();

    /** Notes a wish ({@link Intention#then}) and returns what holds from here on. */
    synchronized Intention note(QueueId id, Intention wanted) {
        return wishes.merge(id, wanted, Intention::then);
    }

    /** The message is not to be put on hold after all; returns whether it was to be. */
    synchronized boolean release(QueueId id) {
        Optional<Intention> hold = of(id).filter(wish -> wish.kind() == Kind.HOLD);
        if (hold.isEmpty()) {
            return false;
        }
        wishes.remove(id);
        hold.get().released().ifPresent(left -> wishes.put(id, left));
        return true;
    }

    synchronized Optional<Intention> of(QueueId id) {
        return Optional.ofNullable(wishes.get(id));
    }

    /** The messages of which something is wanted. */
    synchronized Set<QueueId> all() {
        return Set.copyOf(wishes.keySet());
    }

    /** Forgets a wish; returns false, and forgets nothing, if it is not what holds any more. */
    synchronized boolean end(QueueId id, Intention wish) {
        return wishes.remove(id, wish);
    }
}
