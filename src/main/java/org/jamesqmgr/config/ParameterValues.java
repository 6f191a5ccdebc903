/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Map;
import java.util.Optional;

/** The values of all parameters: those given in the file, all of them valid, and the defaults of the others. Immutable. */
final class ParameterValues {
    private final Map<Parameter<?>, XmlElement> given;
    private final DeliveryTables tables;

    ParameterValues(Map<Parameter<?>, XmlElement> given, DeliveryTables tables) {
        this.given = Map.copyOf(given);
        this.tables = tables;
    }

    static ParameterValues defaults() {
        return new ParameterValues(Map.of(), DeliveryTables.defaults());
    }

    <T> T get(Parameter<T> parameter) {
        return parameter.type().parse(text(parameter)).orElseThrow();
    }

    /** The value as written in the file, or as one would write the default. */
    String text(Parameter<?> parameter) {
        return given(parameter).map(XmlElement::text).orElse(parameter.defaultText());
    }

    /** The element that gives the value, nothing if it is the default. */
    Optional<XmlElement> given(Parameter<?> parameter) {
        return Optional.ofNullable(given.get(parameter));
    }

    DeliveryTables tables() {
        return tables;
    }

    /** The values must not contradict each other: see {@link OrderedTimes} and {@link Contradictions}. */
    QmgrSettings toSettings() {
        return new QmgrSettings(
                get(Parameters.STORE),
                get(Parameters.QUEUE_DIRECTORY),
                get(Parameters.QUEUE_RUN_DELAY),
                get(Parameters.MINIMAL_BACKOFF_TIME),
                get(Parameters.MAXIMAL_BACKOFF_TIME),
                get(Parameters.MAXIMAL_QUEUE_LIFETIME),
                get(Parameters.QMGR_MESSAGE_ACTIVE_LIMIT),
                get(Parameters.QMGR_MESSAGE_RECIPIENT_LIMIT),
                get(Parameters.STOP_TIMEOUT),
                new BrokerSettings(
                        get(BrokerParameters.BROKER_URL),
                        get(BrokerParameters.BROKER_USER),
                        get(BrokerParameters.BROKER_PASSWORD_FILE),
                        get(BrokerParameters.BROKER_PREFIX),
                        get(BrokerParameters.BROKER_TIMEOUT)),
                get(Parameters.QUEUE_MINFREE),
                new DeliveryValues(this).toSettings(),
                new SmtpClientValues(this).toSettings(),
                new ReportingValues(this).toSettings());
    }
}
