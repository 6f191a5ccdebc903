/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule about two times that are valid one by one: the first is not to be above the second.
 *
 * @param verdict whether other values are not {@code allowed} or only not {@code advised}
 */
record OrderedTimes(Parameter<Duration> shorter, Parameter<Duration> longer, String verdict) {

    /** The rules without which no server starts. */
    static final List<OrderedTimes> REQUIRED =
            List.of(
                    new OrderedTimes(
                            Parameters.MINIMAL_BACKOFF_TIME,
                            Parameters.MAXIMAL_BACKOFF_TIME,
                            "allowed"));

    /**
     * Postfix's advice: with rarer queue runs the backoff times are not what they say. And ours: mail that has been returned
     * is not reported late.
     */
    static final List<OrderedTimes> ADVISED =
            List.of(
                    new OrderedTimes(
                            Parameters.QUEUE_RUN_DELAY, Parameters.MINIMAL_BACKOFF_TIME, "advised"),
                    new OrderedTimes(
                            ReportParameters.DELAY_WARNING_TIME,
                            Parameters.MAXIMAL_QUEUE_LIFETIME,
                            "advised"));

    /** Lowered to the second if it is not, which is worth a word only if somebody asked for more. */
    static final OrderedTimes LOWERED =
            new OrderedTimes(
                    DeliveryParameters.BOUNCE_QUEUE_LIFETIME,
                    Parameters.MAXIMAL_QUEUE_LIFETIME,
                    "lowered");

    boolean concernsAny(Set<Parameter<?>> parameters) {
        return parameters.contains(shorter) || parameters.contains(longer);
    }

    /** The violation of the rule, blamed on an element that is in the file: not on a default. */
    Optional<Problem> violation(ParameterValues values) {
        if (values.get(shorter).compareTo(values.get(longer)) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                values.given(shorter)
                        .map(element -> violation(values, element, "at most", longer))
                        .orElseGet(
                                () ->
                                        violation(
                                                values,
                                                values.given(longer).orElseThrow(),
                                                "at least",
                                                shorter)));
    }

    private Problem violation(
            ParameterValues values, XmlElement element, String relation, Parameter<?> other) {
        return Problem.with(
                element,
                "found %s, %s: %s %s, which is %s"
                        .formatted(
                                Shown.quoted(element.text()),
                                verdict,
                                relation,
                                other.name(),
                                origin(values, other)));
    }

    private static String origin(ParameterValues values, Parameter<?> other) {
        String text = Shown.plain(values.text(other));
        return values.given(other)
                .map(element -> "%s (line %d)".formatted(text, element.line()))
                .orElse(text + " (the default)");
    }
}
