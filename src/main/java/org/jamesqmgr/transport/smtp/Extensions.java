/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a server can do, as it said in its answer to EHLO (RFC 5321 section 4.1.1.1).
 *
 * @param parameters by keyword, in upper case
 */
record Extensions(Map<String, List<String>> parameters) {

    /** Of a server that knows HELO only. */
    static final Extensions NONE = new Extensions(Map.of());

    /** The first line of the answer is a greeting. */
    static Extensions of(SmtpReply reply) {
        return new Extensions(
                reply.lines().stream()
                        .skip(1)
                        .filter(line -> line.length() > 4)
                        // "AUTH=LOGIN PLAIN" is how servers of the last century wrote it.
                        .map(line -> line.substring(4).strip().replaceFirst("^AUTH=", "AUTH "))
                        .map(line -> Arrays.asList(line.toUpperCase(Locale.ROOT).split("\\s+")))
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        words -> words.get(0),
                                        words -> List.copyOf(words.subList(1, words.size())),
                                        (first, second) -> first)));
    }

    boolean pipelining() {
        return parameters.containsKey("PIPELINING");
    }

    boolean eightBitMime() {
        return parameters.containsKey("8BITMIME");
    }

    boolean dsn() {
        return parameters.containsKey("DSN");
    }

    boolean startTls() {
        return parameters.containsKey("STARTTLS");
    }

    boolean smtpUtf8() {
        return parameters.containsKey("SMTPUTF8");
    }

    boolean size() {
        return parameters.containsKey("SIZE");
    }

    /** Largest message the server takes, in bytes; 0 if it does not say (RFC 1870). */
    long sizeLimit() {
        return parameters.getOrDefault("SIZE", List.of()).stream()
                .findFirst()
                .filter(limit -> limit.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    /** Ways to log in; none if the server does not ask for it. */
    List<String> mechanisms() {
        return parameters.getOrDefault("AUTH", List.of());
    }
}
