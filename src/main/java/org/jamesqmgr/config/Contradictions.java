/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The rules about parameters and tables that are valid one by one. */
final class Contradictions {
    private Contradictions() {}

    /**
     * @param faulty parameters whose values are wrong already: nothing more is said about them
     */
    static Stream<Problem> in(ParameterValues values, Set<Parameter<?>> faulty) {
        Stream<Problem> times =
                OrderedTimes.REQUIRED.stream()
                        .filter(rule -> !rule.concernsAny(faulty))
                        .flatMap(rule -> rule.violation(values).stream());
        Stream<Problem> others =
                faulty.contains(SmtpClientParameters.SMTP_SASL_PASSWORD_MAPS)
                        ? unknownTransports(values)
                        : Stream.concat(
                                unknownTransports(values), loginWithoutPasswords(values).stream());
        return Stream.concat(times, others);
    }

    private static Stream<Problem> unknownTransports(ParameterValues values) {
        Set<String> known = values.tables().transports().keySet();
        return values.given(DeliveryParameters.DEFER_TRANSPORTS).stream()
                .flatMap(
                        element ->
                                values.get(DeliveryParameters.DEFER_TRANSPORTS).stream()
                                        .filter(name -> !known.contains(name))
                                        .map(
                                                name ->
                                                        Problem.with(
                                                                element,
                                                                unknownTransport(name, known))));
    }

    /** What to say of a transport that is not configured. */
    static String unknownTransport(String name, Set<String> known) {
        return "found the transport %s, allowed: %s"
                .formatted(Shown.quoted(name), String.join(", ", known));
    }

    private static Optional<Problem> loginWithoutPasswords(ParameterValues values) {
        boolean wanted = values.get(SmtpClientParameters.SMTP_SASL_AUTH_ENABLE);
        boolean possible = !values.get(SmtpClientParameters.SMTP_SASL_PASSWORD_MAPS).isEmpty();
        return values.given(SmtpClientParameters.SMTP_SASL_AUTH_ENABLE)
                .filter(element -> wanted && !possible)
                .map(
                        element ->
                                Problem.with(
                                        element,
                                        "found \"yes\", allowed: only with a file in"
                                                + " smtp_sasl_password_maps"));
    }
}
