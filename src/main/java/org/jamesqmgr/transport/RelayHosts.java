/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Nexthop;

/**
 * The servers that take mail for everywhere. Case does not matter.
 *
 * @param bySender next hop by sender ({@code user@example.org}, {@value #NULL_SENDER}) or sender's domain ({@code
 *     sender_dependent_relayhost_maps})
 * @param relayhost next hop for all other senders; empty if their mail goes to the recipients' own servers ({@code relayhost})
 */
public record RelayHosts(Map<String, String> bySender, String relayhost) {

    public static final String NULL_SENDER = "<>";

    public static final RelayHosts NONE = new RelayHosts(Map.of(), "");

    public RelayHosts {
        bySender =
                bySender.entrySet().stream()
                        .collect(
                                toUnmodifiableMap(
                                        entry -> entry.getKey().toLowerCase(Locale.ROOT),
                                        Map.Entry::getValue));
    }

    /** Whether this is one of them. */
    public boolean include(Nexthop nexthop) {
        return Stream.concat(bySender.values().stream(), Stream.of(relayhost))
                .map(Nexthop::parse)
                .flatMap(Optional::stream)
                .anyMatch(nexthop::equals);
    }

    Optional<String> of(MaybeSender sender) {
        return keys(sender)
                .map(bySender::get)
                .flatMap(Stream::ofNullable)
                .findFirst()
                .or(() -> Optional.of(relayhost).filter(host -> !host.isEmpty()));
    }

    private static Stream<String> keys(MaybeSender sender) {
        return sender.asOptional()
                .map(
                        address ->
                                Stream.of(
                                        address.asString().toLowerCase(Locale.ROOT),
                                        address.getDomain().asString()))
                .orElseGet(() -> Stream.of(NULL_SENDER));
    }
}
