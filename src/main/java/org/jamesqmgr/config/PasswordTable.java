/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names and passwords for other servers ({@code smtp_sasl_password_maps}). Immutable.
 *
 * @param logins by next hop as written ({@code [smarthost.example]:587}) or by host; case does not matter
 */
public record PasswordTable(Map<String, Login> logins) {

    public static final PasswordTable EMPTY = new PasswordTable(Map.of());

    /** A name and its password. The password is in no text made of it. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }

    public PasswordTable {
        logins =
                logins.entrySet().stream()
                        .collect(
                                toUnmodifiableMap(
                                        entry -> entry.getKey().toLowerCase(Locale.ROOT),
                                        Map.Entry::getValue));
    }

    /**
     * The login for a server.
     *
     * @param nexthop where the mail was to go, as written
     * @param host the server it goes to; asked for first, as in Postfix
     */
    public Optional<Login> find(String nexthop, String host) {
        return Stream.of(host, nexthop)
                .map(key -> logins.get(key.toLowerCase(Locale.ROOT)))
                .flatMap(Stream::ofNullable)
                .findFirst();
    }
}
