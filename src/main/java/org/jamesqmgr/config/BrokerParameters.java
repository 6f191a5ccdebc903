/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;

/** The parameters of the shared store, in the order of the sample configuration. */
final class BrokerParameters {

    static final Parameter<String> BROKER_URL =
            Parameter.ours(
                    "broker_url",
                    TextValue.BROKER,
                    "tcp://127.0.0.1:61616",
                    "Of store artemis: the broker, or (tcp://one:61616,tcp://other:61616)?ha=true"
                            + " for a pair of which one stands in for the other.");

    static final Parameter<String> BROKER_USER =
            Parameter.ours(
                    "broker_user",
                    new OrEmpty(TextValue.USER),
                    "",
                    "Of store artemis: who this server is at the broker; nothing for a broker that"
                            + " does not ask.");

    static final Parameter<String> BROKER_PASSWORD_FILE =
            Parameter.ours(
                    "broker_password_file",
                    new OrEmpty(TextValue.FILE),
                    "",
                    "Of store artemis: a file whose first line is the password of broker_user;"
                            + " only this server's user may read it.");

    static final Parameter<String> BROKER_PREFIX =
            Parameter.ours(
                    "broker_prefix",
                    TextValue.QUEUE_PREFIX,
                    "qmgr",
                    "Of store artemis: what the names of the queues at the broker begin with; the"
                            + " same in all servers that share them.");

    static final Parameter<Duration> BROKER_TIMEOUT =
            Parameter.ours(
                    "broker_timeout",
                    TimeValue.inSeconds(Duration.ofSeconds(1)),
                    "10s",
                    "Of store artemis: how long the broker may take for an answer; then mail is"
                            + " refused with 4xx and deliveries pause until it is there again.");

    static final List<Parameter<?>> ALL =
            List.of(BROKER_URL, BROKER_USER, BROKER_PASSWORD_FILE, BROKER_PREFIX, BROKER_TIMEOUT);

    private BrokerParameters() {}
}
