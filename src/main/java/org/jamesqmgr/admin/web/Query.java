/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import spark.Request;

/**
 * What stands behind the question mark of a request. Whatever is not understood is an {@link
 * IllegalArgumentException} that says what it was, where it stood and what is allowed: WebAdmin
 * answers it with status 400. A name that means nothing here is refused too: a slip in the name of
 * a condition must not make a request mean more messages.
 */
final class Query {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})([smhdw]?)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmg]?)");
    private static final Map<String, Long> SECONDS =
            Map.of("", 1L, "s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L, "w", 604_800L);
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);

    private final Map<String, List<String>> values;

    Query(Map<String, List<String>> values) {
        this.values = Map.copyOf(values);
    }

    /** Reads a request that may have these names. */
    static Query of(Request request, Collection<String> allowed) {
        Map<String, List<String>> values = new TreeMap<>();
        for (String name : request.queryParams()) {
            if (!allowed.contains(name)) {
                throw bad("parameter", name, known(allowed));
            }
            values.put(name, List.of(request.queryParamsValues(name)));
        }
        return new Query(values);
    }

    private static String known(Collection<String> allowed) {
        return allowed.isEmpty()
                ? "nothing: this request has no parameters"
                : "one of " + String.join(", ", allowed);
    }

    static IllegalArgumentException bad(String where, String what, String allowed) {
        return new IllegalArgumentException(
                "%s: '%s' is not allowed, but %s".formatted(where, what, allowed));
    }

    Map<String, List<String>> values() {
        return values;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The one value of a name that is not blank. */
    Optional<String> one(String name) {
        List<String> given = values.getOrDefault(name, List.of());
        if (given.size() > 1) {
            throw bad(name, String.join("' and '", given), "one value");
        }
        given.stream()
                .filter(String::isBlank)
                .findFirst()
                .ifPresent(
                        blank -> {
                            throw bad(name, blank, "a value; leave the parameter out for none");
                        });
        return given.stream().findFirst();
    }

    /** All values of a name, given several times or with commas between. */
    List<String> several(String name) {
        List<String> all =
                values.getOrDefault(name, List.of()).stream()
                        .flatMap(text -> Arrays.stream(text.split(",", -1)))
                        .map(String::strip)
                        .toList();
        if (all.contains("")) {
            throw bad(name, "", "a value; leave the parameter out for none");
        }
        return all;
    }

    /** Whether a name stands there, alone or as {@code true}. */
    boolean flag(String name) {
        List<String> given = values.getOrDefault(name, List.of("false"));
        return switch (String.join(",", given).toLowerCase(Locale.ROOT)) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw bad(name, String.join(",", given), "true or false");
        };
    }

    int whole(String name, int otherwise, int most) {
        return one(name).map(text -> whole(name, text, most)).orElse(otherwise);
    }

    List<Integer> wholes(String name, int most) {
        return several(name).stream().map(text -> whole(name, text, most)).toList();
    }

    private static int whole(String name, String text, int most) {
        return Stream.of(text)
                .filter(digits -> digits.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= most)
                .findFirst()
                .orElseThrow(() -> bad(name, text, "a whole number from 1 to " + most));
    }

    Optional<Duration> span(String name) {
        return number(name, SPAN, SECONDS, "a number with an optional unit s, m, h, d or w")
                .map(Duration::ofSeconds);
    }

    Optional<Long> size(String name) {
        return number(name, SIZE, BYTES, "a number of bytes with an optional unit K, M or G");
    }

    private Optional<Long> number(
            String name, Pattern form, Map<String, Long> units, String allowed) {
        return one(name)
                .map(
                        text -> {
                            Matcher matcher = form.matcher(text.toLowerCase(Locale.ROOT));
                            if (!matcher.matches()) {
                                throw bad(name, text, allowed);
                            }
                            return Long.parseLong(matcher.group(1)) * units.get(matcher.group(2));
                        });
    }
}
