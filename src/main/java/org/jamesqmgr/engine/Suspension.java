/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.Locale;
import java.util.Optional;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.TransportName;

/**
 * What an operator has suspended: everything, a transport, or a destination of a transport.
 *
 * @param transport empty for everything
 * @param nexthop a nexthop, or the domain of recipients, in lower case; empty for all of a transport
 */
public record Suspension(Optional<TransportName> transport, String nexthop) {

    public static final Suspension EVERYTHING = new Suspension(Optional.empty(), "");

    private static final String ALL = "all";

    public Suspension {
        nexthop = nexthop.toLowerCase(Locale.ROOT);
        requirePlain(nexthop);
        transport.map(TransportName::asString).ifPresent(Suspension::requirePlain);
        if (transport.isEmpty() && !nexthop.isEmpty()) {
            throw new IllegalArgumentException("a destination needs a transport: " + nexthop);
        }
    }

    /** They are kept one a line. */
    private static void requirePlain(String name) {
        if (name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            throw new IllegalArgumentException(
                    "what is suspended has neither blanks nor control characters: '"
                            + name.replaceAll("\\p{Cntrl}", "?")
                            + "'");
        }
    }

    /**
     * Reads the written form: {@code all}, {@code transport:} or {@code transport:nexthop}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static Suspension parse(String text) {
        int colon = text.indexOf(':');
        if (text.equals(ALL)) {
            return EVERYTHING;
        }
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "not all, transport: or transport:nexthop but '" + text + "'");
        }
        TransportName name = new TransportName(text.substring(0, colon));
        return new Suspension(Optional.of(name), text.substring(colon + 1));
    }

    public String asString() {
        return transport.map(name -> name + ":" + nexthop).orElse(ALL);
    }

    /** Whether no mail of this transport is to be worked on. */
    boolean coversAll(TransportName name) {
        return nexthop.isEmpty() && transport.map(name::equals).orElse(true);
    }

    /** Whether nothing is to be tried there. */
    public boolean covers(Destination to) {
        return covers(to, to.nexthop());
    }

    /** Whether a recipient is not to be tried there. */
    boolean covers(Destination to, String domain) {
        boolean there = to.nexthop().equalsIgnoreCase(nexthop) || domain.equalsIgnoreCase(nexthop);
        return coversAll(to.transport())
                || (transport.equals(Optional.of(to.transport())) && there);
    }

    @Override
    public String toString() {
        return asString();
    }
}
