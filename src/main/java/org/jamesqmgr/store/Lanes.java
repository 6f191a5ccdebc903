/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.util.Locale;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Envelope;

/**
 * The lanes of a transport that are closed for claims. A message is in the lane of the domain of its
 * first recipient; mail for a destination that has more than enough in work can so be passed over
 * without looking at it.
 *
 * <p>Domains share a lane now and then: closing one may keep other mail waiting for a while, never
 * for good.
 *
 * @param closed numbers below {@link #COUNT}
 */
public record Lanes(Set<Integer> closed) {

    public static final int COUNT = 1 << 16;

    /** Every lane is open. */
    public static final Lanes ALL_OPEN = new Lanes(Set.of());

    public Lanes {
        closed = Set.copyOf(closed);
    }

    /** The lane of a message; it stays the same for as long as its recipients do. */
    public static int of(Envelope envelope) {
        return envelope.recipients().stream().findFirst().map(Lanes::of).orElse(0);
    }

    public static int of(MailAddress recipient) {
        int hash = recipient.getDomain().asString().toLowerCase(Locale.ROOT).hashCode();
        return (hash ^ (hash >>> 16)) & (COUNT - 1);
    }

    public boolean open(int lane) {
        return !closed.contains(lane);
    }
}
