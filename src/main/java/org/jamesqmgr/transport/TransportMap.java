/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;

/**
 * {@code transport_maps}: other routes for some recipients. The most special entry wins: the address, its domain, the nearest
 * parent domain, everything. Case does not matter.
 *
 * @param routes by address ({@code user@example.org}), domain ({@code example.org}), parent of domains ({@code .example.org},
 *     which is not example.org itself) or {@value #EVERYTHING}
 */
public record TransportMap(Map<String, Route> routes) {

    public static final String EVERYTHING = "*";

    public static final TransportMap EMPTY = new TransportMap(Map.of());

    public TransportMap {
        routes =
                routes.entrySet().stream()
                        .collect(
                                toUnmodifiableMap(
                                        entry -> entry.getKey().toLowerCase(Locale.ROOT),
                                        Map.Entry::getValue));
    }

    Optional<Route> of(MailAddress recipient) {
        return keys(recipient).map(routes::get).flatMap(Stream::ofNullable).findFirst();
    }

    private static Stream<String> keys(MailAddress recipient) {
        String address = recipient.asString().toLowerCase(Locale.ROOT);
        String domain = recipient.getDomain().asString();
        return Stream.of(Stream.of(address, domain), parents(domain), Stream.of(EVERYTHING))
                .flatMap(keys -> keys);
    }

    /** From {@code a.b.example}: {@code .b.example}, {@code .example}. */
    private static Stream<String> parents(String domain) {
        return Stream.iterate(
                        domain.indexOf('.'), dot -> dot >= 0, dot -> domain.indexOf('.', dot + 1))
                .map(domain::substring);
    }
}
