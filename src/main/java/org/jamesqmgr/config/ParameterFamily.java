/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jamesqmgr.schedule.ConcurrencyFeedback;

/**
 * Parameters that each transport may have of its own: {@code TRANSPORT_destination_rate_delay} is {@code
 * default_destination_rate_delay} for the transport TRANSPORT.
 *
 * @param suffix what follows the transport's name
 * @param common the parameter for all transports
 */
record ParameterFamily<T>(String suffix, Parameter<T> common) {

    static final ParameterFamily<Integer> INITIAL_CONCURRENCY =
            new ParameterFamily<>(
                    "_initial_destination_concurrency",
                    DeliveryParameters.INITIAL_DESTINATION_CONCURRENCY);

    static final ParameterFamily<Integer> CONCURRENCY_LIMIT =
            of(DeliveryParameters.DEFAULT_DESTINATION_CONCURRENCY_LIMIT);

    static final ParameterFamily<Integer> FAILED_COHORT_LIMIT =
            of(DeliveryParameters.DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT);

    static final ParameterFamily<ConcurrencyFeedback> POSITIVE_FEEDBACK =
            of(DeliveryParameters.DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK);

    static final ParameterFamily<ConcurrencyFeedback> NEGATIVE_FEEDBACK =
            of(DeliveryParameters.DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK);

    static final ParameterFamily<Integer> RECIPIENT_LIMIT =
            of(DeliveryParameters.DEFAULT_DESTINATION_RECIPIENT_LIMIT);

    static final ParameterFamily<Duration> RATE_DELAY =
            of(DeliveryParameters.DEFAULT_DESTINATION_RATE_DELAY);

    static final List<ParameterFamily<?>> ALL =
            List.of(
                    CONCURRENCY_LIMIT,
                    INITIAL_CONCURRENCY,
                    FAILED_COHORT_LIMIT,
                    POSITIVE_FEEDBACK,
                    NEGATIVE_FEEDBACK,
                    RECIPIENT_LIMIT,
                    RATE_DELAY);

    /** Those that a transport does not share with all others by default. */
    private static final Map<String, Parameter<?>> OF_THEIR_OWN =
            Stream.<Parameter<?>>of(
                            DeliveryParameters.LOCAL_DESTINATION_CONCURRENCY_LIMIT,
                            DeliveryParameters.LOCAL_DESTINATION_RECIPIENT_LIMIT)
                    .collect(toUnmodifiableMap(Parameter::name, Function.identity()));

    private static <T> ParameterFamily<T> of(Parameter<T> common) {
        return new ParameterFamily<>(common.name().substring("default".length()), common);
    }

    /** The family that {@code name} looks like a member of, whether or not there is such a transport. */
    static Optional<ParameterFamily<?>> of(String name) {
        return ALL.stream().filter(family -> name.endsWith(family.suffix)).findFirst();
    }

    /** The transport that {@code name}, of this family, is for. */
    String transport(String name) {
        return name.substring(0, name.length() - suffix.length());
    }

    /** The family's member for a transport. */
    Parameter<T> member(String transport) {
        return new Parameter<>(
                transport + suffix,
                common.type(),
                common.defaultText(),
                common.origin(),
                common.sentence());
    }

    /** The value for a transport: given for it, its own default, or what holds for all. */
    T valueFor(String transport, ParameterValues values) {
        Parameter<T> own = member(transport);
        Parameter<?> known = OF_THEIR_OWN.get(own.name());
        if (known != null) {
            return own.type().parse(values.text(known)).orElseThrow();
        }
        return values.get(values.given(own).isPresent() ? own : common);
    }
}
