/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.schedule.ConcurrencyFeedback;
import org.jamesqmgr.schedule.ConcurrencyFeedback.Divisor;

/** Postfix's notation for feedback: a number from 0 to 1, alone or divided by a number or by the concurrency. */
record FeedbackValue() implements ValueType<ConcurrencyFeedback> {
    private static final String NUMBER = "([0-9]{1,9}(?:\\.[0-9]{1,9})?)";
    private static final Pattern NOTATION =
            Pattern.compile(
                    NUMBER + "(?:\\s*/\\s*(?:" + NUMBER + "|(concurrency|sqrt_concurrency)))?");

    private static final Map<String, Divisor> DIVISORS =
            Map.of(
                    "concurrency", Divisor.CONCURRENCY,
                    "sqrt_concurrency", Divisor.ROOT_OF_CONCURRENCY);

    @Override
    public Optional<ConcurrencyFeedback> parse(String text) {
        Matcher matcher = NOTATION.matcher(text);
        return matcher.matches() ? feedback(matcher) : Optional.empty();
    }

    private static Optional<ConcurrencyFeedback> feedback(Matcher matcher) {
        double divisor = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
        double amount = Double.parseDouble(matcher.group(1)) / divisor;
        String by = matcher.group(3);
        return amount >= 0 && amount <= 1
                ? Optional.of(
                        new ConcurrencyFeedback(
                                amount, by == null ? Divisor.ONE : DIVISORS.get(by)))
                : Optional.empty();
    }

    @Override
    public String allowed() {
        return "a number from 0 to 1, alone or with /concurrency, /sqrt_concurrency or a number to"
                + " divide it by";
    }
}
