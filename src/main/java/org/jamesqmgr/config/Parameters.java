/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The table of all parameters of {@code qmgr.xml}, in the order of the sample configuration. */
final class Parameters {
    private static final Duration NONE = Duration.ZERO;
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    static final Parameter<StoreKind> STORE =
            Parameter.ours(
                    "store",
                    new ChoiceValue<>(StoreKind.class),
                    "directory",
                    "Where queued mail is kept: directory means files below queue_directory, artemis a"
                            + " broker that several servers share.");

    static final Parameter<String> QUEUE_DIRECTORY =
            Parameter.postfix(
                    "queue_directory",
                    new DirectoryUrl(),
                    "file://var/spool/qmgr",
                    "The directory that holds the queues, on a local file system (ext4, XFS);"
                            + " file://var is in the server's home, file:///var is not.");

    static final Parameter<Duration> QUEUE_RUN_DELAY =
            Parameter.postfix(
                    "queue_run_delay",
                    TimeValue.inSeconds(ONE_SECOND),
                    "1000s",
                    "How often the deferred queue is searched for messages that are due;"
                            + " should not be above minimal_backoff_time.");

    static final Parameter<Duration> MINIMAL_BACKOFF_TIME =
            Parameter.postfix(
                    "minimal_backoff_time",
                    TimeValue.inSeconds(NONE),
                    "1000s",
                    "The least time between two attempts to deliver a message.");

    static final Parameter<Duration> MAXIMAL_BACKOFF_TIME =
            Parameter.postfix(
                    "maximal_backoff_time",
                    TimeValue.inSeconds(ONE_SECOND),
                    "4000s",
                    "The most time between two attempts to deliver a message.");

    /** Postfix too allows a hundred days: who forgets that the unit is days is told so. */
    static final Parameter<Duration> MAXIMAL_QUEUE_LIFETIME =
            Parameter.postfix(
                    "maximal_queue_lifetime",
                    TimeValue.inDays(NONE, Duration.ofDays(100)),
                    "5d",
                    "The age at which a temporary failure returns a message to its sender;"
                            + " 0 means that one attempt is made. Days if no unit is given.");

    static final Parameter<Integer> QMGR_MESSAGE_ACTIVE_LIMIT =
            Parameter.postfix(
                    "qmgr_message_active_limit",
                    new CountValue(1),
                    "20000",
                    "The most messages in the active queue.");

    static final Parameter<Integer> QMGR_MESSAGE_RECIPIENT_LIMIT =
            Parameter.postfix(
                    "qmgr_message_recipient_limit",
                    new CountValue(1),
                    "20000",
                    "The most recipients of active messages that are held in memory.");

    static final Parameter<Duration> STOP_TIMEOUT =
            Parameter.ours(
                    "stop_timeout",
                    TimeValue.inSeconds(NONE),
                    "60s",
                    "How long a clean stop waits for deliveries in progress.");

    static final Parameter<Long> QUEUE_MINFREE =
            Parameter.postfix(
                    "queue_minfree",
                    new SizeValue(),
                    "0",
                    "The free space in the file system of the queues at which no more mail is accepted; never less than one and a half times the largest message.");

    private static final List<Parameter<?>> QUEUES =
            List.of(
                    STORE,
                    QUEUE_DIRECTORY,
                    QUEUE_RUN_DELAY,
                    MINIMAL_BACKOFF_TIME,
                    MAXIMAL_BACKOFF_TIME,
                    MAXIMAL_QUEUE_LIFETIME,
                    QMGR_MESSAGE_ACTIVE_LIMIT,
                    QMGR_MESSAGE_RECIPIENT_LIMIT,
                    STOP_TIMEOUT,
                    QUEUE_MINFREE);

    static final List<Parameter<?>> ALL =
            Stream.of(
                            QUEUES,
                            BrokerParameters.ALL,
                            DeliveryParameters.ALL,
                            ReportParameters.ALL,
                            NoticeParameters.ALL,
                            SmtpClientParameters.ALL)
                    .<Parameter<?>>flatMap(List::stream)
                    .toList();

    private static final Map<String, Parameter<?>> BY_NAME =
            ALL.stream().collect(toUnmodifiableMap(Parameter::name, Function.identity()));

    private Parameters() {}

    static Optional<Parameter<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static List<String> names() {
        return ALL.stream().<String>map(Parameter::name).toList();
    }
}
