/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the SMTP agent is to connect, as an administrator writes it: {@code example.org}, {@code
 * example.org:587}, {@code [mail.example.org]}, {@code [192.0.2.1]:2525}, {@code [IPv6:2001:db8::1]}.
 * Brackets mean that the host itself is meant, not its mail exchangers.
 *
 * @param host lower case, without brackets and without {@code ipv6:}
 * @param port 0 for the transport's default port
 * @param exchangers whether the mail exchangers (MX) of the host are looked up
 */
public record Nexthop(String host, int port, boolean exchangers) {

    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern BRACKETS =
            Pattern.compile("\\[([^\\[\\]\\s]+)\\](?::(\\d{1,5}))?");
    private static final Pattern DOMAIN = Pattern.compile("([^\\[\\]:\\s]+)(?::(\\d{1,5}))?");
    private static final String IPV6 = "ipv6:";

    public Nexthop {
        host = host.toLowerCase(Locale.ROOT);
        host = host.startsWith(IPV6) ? host.substring(IPV6.length()) : host;
        if (host.isBlank() || port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("no next hop: " + host + ":" + port);
        }
    }

    /**
     * Reads the written form.
     *
     * @return empty when {@code text} is not a next hop
     */
    public static Optional<Nexthop> parse(String text) {
        return read(BRACKETS, text, false).or(() -> read(DOMAIN, text, true));
    }

    /** The written form again. */
    public String asString() {
        String name = exchangers ? host : "[" + (host.contains(":") ? IPV6 : "") + host + "]";
        return port == 0 ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return asString();
    }

    private static Optional<Nexthop> read(Pattern form, String text, boolean exchangers) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        boolean legal = port <= HIGHEST_PORT && (matcher.group(2) == null || port > 0);
        return legal
                ? Optional.of(new Nexthop(matcher.group(1), port, exchangers))
                : Optional.empty();
    }
}
