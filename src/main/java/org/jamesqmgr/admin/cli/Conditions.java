/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jamesqmgr.admin.jmx.Selection;
import picocli.CommandLine.Option;

/** Which messages are meant by ALL: those that meet every condition that is given. */
final class Conditions {

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z]?)");

    private static final Map<String, Long> SECONDS =
            Map.of("", 1L, "s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L, "w", 604_800L);

    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "k", 1L << 10, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30);

    @Option(
            names = "--from",
            paramLabel = "address",
            description = "Of this sender: an address, @domain, or <> for the null sender.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "address",
            description = "To this recipient, an address or @domain, as far as not delivered.")
    private String to;

    @Option(
            names = "--address",
            paramLabel = "address",
            description = "From or to this address or @domain.")
    private String address;

    @Option(
            names = "--domain",
            paramLabel = "domain",
            description = "With an undelivered recipient in this domain.")
    private String domain;

    @Option(
            names = "--reason",
            paramLabel = "text",
            description = "With this text in the reason why it waits or is on hold.")
    private String reason;

    @Option(
            names = "--older-than",
            paramLabel = "time",
            description = "Arrived longer ago: a number and s, m, h, d or w; seconds without.")
    private String olderThan;

    @Option(
            names = "--larger-than",
            paramLabel = "size",
            description = "Larger: a number and k, M or G; bytes without.")
    private String largerThan;

    boolean any() {
        return Stream.of(from, to, address, domain, reason, olderThan, largerThan)
                .anyMatch(given -> given != null);
    }

    /**
     * A condition that is empty by mistake must not mean all.
     *
     * @throws FatalException if one makes no sense
     */
    void check() {
        if (Stream.of(from, to, address, domain, reason)
                .anyMatch(given -> given != null && given.isBlank())) {
            throw FatalException.badRequest("a condition is empty");
        }
        of(Selection.all());
    }

    /** Narrows a selection. */
    Selection of(Selection all) {
        Selection narrowed = with(all, from, Selection::from);
        narrowed = with(narrowed, to, Selection::to);
        narrowed = with(narrowed, address, Selection::fromOrTo);
        narrowed = with(narrowed, domain, Selection::forDomain);
        narrowed = with(narrowed, reason, Selection::because);
        narrowed = with(narrowed, amount("--older-than", olderThan, SECONDS), Selection::olderThan);
        return with(narrowed, amount("--larger-than", largerThan, BYTES), Selection::largerThan);
    }

    private static <T> Selection with(
            Selection selection, T condition, BiFunction<Selection, T, Selection> narrowing) {
        return condition == null ? selection : narrowing.apply(selection, condition);
    }

    /** Null if it is not given; never 0, which would be no condition. */
    private static Long amount(String option, String text, Map<String, Long> units) {
        if (text == null) {
            return null;
        }
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        long amount = unit == null ? 0 : Long.parseLong(matcher.group(1)) * unit;
        if (amount <= 0) {
            throw FatalException.badRequest(option + " takes no " + text);
        }
        return amount;
    }
}
