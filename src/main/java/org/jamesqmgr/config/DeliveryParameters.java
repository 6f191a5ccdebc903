/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;
import org.jamesqmgr.schedule.ConcurrencyFeedback;

/** How the transports are driven, and where mail goes. */
final class DeliveryParameters {

    static final Parameter<Duration> BOUNCE_QUEUE_LIFETIME =
            Parameter.postfix(
                    "bounce_queue_lifetime",
                    TimeValue.inDays(Duration.ZERO, Duration.ofDays(100)),
                    "5d",
                    "As maximal_queue_lifetime, for mail from the empty sender (reports); never above maximal_queue_lifetime. Days if no unit is given.");

    static final Parameter<Integer> DEFAULT_PROCESS_LIMIT =
            Parameter.postfix(
                    "default_process_limit",
                    new CountValue(1),
                    "100",
                    "The most parallel deliveries of a transport that has no maxproc of its own.");

    static final Parameter<Integer> INITIAL_DESTINATION_CONCURRENCY =
            Parameter.postfix(
                    "initial_destination_concurrency",
                    new CountValue(1),
                    "5",
                    "The parallel deliveries that a new destination starts with; never above its limit.");

    static final Parameter<Integer> DEFAULT_DESTINATION_CONCURRENCY_LIMIT =
            Parameter.postfix(
                    "default_destination_concurrency_limit",
                    new CountValue(0),
                    "20",
                    "The most parallel deliveries to one destination; 0 means no limit.");

    static final Parameter<Integer> DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT =
            Parameter.postfix(
                    "default_destination_concurrency_failed_cohort_limit",
                    new CountValue(0),
                    "1",
                    "How many times all parallel deliveries to a destination may fail to connect before it is declared dead; 0 means never.");

    static final Parameter<ConcurrencyFeedback> DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK =
            Parameter.postfix(
                    "default_destination_concurrency_positive_feedback",
                    new FeedbackValue(),
                    "1",
                    "What a delivery that reached its destination adds to the parallel deliveries: a number, number/concurrency, number/sqrt_concurrency.");

    static final Parameter<ConcurrencyFeedback> DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK =
            Parameter.postfix(
                    "default_destination_concurrency_negative_feedback",
                    new FeedbackValue(),
                    "1",
                    "What a delivery that could not connect takes from them, in the same form.");

    static final Parameter<Integer> DEFAULT_DESTINATION_RECIPIENT_LIMIT =
            Parameter.postfix(
                    "default_destination_recipient_limit",
                    new CountValue(0),
                    "50",
                    "The most recipients of one delivery; 0 means no limit, and with 1 a destination is a recipient, not a domain.");

    static final Parameter<Duration> DEFAULT_DESTINATION_RATE_DELAY =
            Parameter.postfix(
                    "default_destination_rate_delay",
                    TimeValue.inSeconds(Duration.ZERO),
                    "0s",
                    "The pause between two deliveries to one destination, which are then one at a time; 0s means none.");

    static final Parameter<Integer> LOCAL_DESTINATION_CONCURRENCY_LIMIT =
            Parameter.postfix(
                    "local_destination_concurrency_limit",
                    new CountValue(0),
                    "2",
                    "default_destination_concurrency_limit for the transport local: the most parallel deliveries to one mailbox.");

    static final Parameter<Integer> LOCAL_DESTINATION_RECIPIENT_LIMIT =
            Parameter.postfix(
                    "local_destination_recipient_limit",
                    new CountValue(0),
                    "1",
                    "default_destination_recipient_limit for the transport local.");

    static final Parameter<List<String>> DEFER_TRANSPORTS =
            Parameter.postfix(
                    "defer_transports",
                    new NamesValue(),
                    "",
                    "Transports whose mail waits until it is flushed, with commas or spaces between them.");

    static final Parameter<Boolean> SOFT_BOUNCE =
            Parameter.postfix(
                    "soft_bounce",
                    new YesNoValue(),
                    "no",
                    "Whether mail that failed for good waits and is tried again instead of being returned, as during a migration: yes or no.");

    static final Parameter<String> RELAYHOST =
            Parameter.postfix(
                    "relayhost",
                    new OrEmpty(new NexthopValue()),
                    "",
                    "The server that takes all mail for other servers, as [smarthost.example]:587 (brackets: no MX lookup); none if empty.");

    static final Parameter<String> MYHOSTNAME =
            Parameter.postfix(
                    "myhostname",
                    new OrEmpty(TextValue.HOST_NAME),
                    "",
                    "The name of this mail server, as other servers know it; if empty, the machine's name.");

    static final Parameter<String> SYSLOG_NAME =
            Parameter.postfix(
                    "syslog_name",
                    TextValue.LOG_NAME,
                    "postfix",
                    "The program's name in the mail log; log tools for Postfix look for this default.");

    static final List<Parameter<?>> ALL =
            List.of(
                    BOUNCE_QUEUE_LIFETIME,
                    DEFAULT_PROCESS_LIMIT,
                    INITIAL_DESTINATION_CONCURRENCY,
                    DEFAULT_DESTINATION_CONCURRENCY_LIMIT,
                    DEFAULT_DESTINATION_CONCURRENCY_FAILED_COHORT_LIMIT,
                    DEFAULT_DESTINATION_CONCURRENCY_POSITIVE_FEEDBACK,
                    DEFAULT_DESTINATION_CONCURRENCY_NEGATIVE_FEEDBACK,
                    DEFAULT_DESTINATION_RECIPIENT_LIMIT,
                    DEFAULT_DESTINATION_RATE_DELAY,
                    LOCAL_DESTINATION_CONCURRENCY_LIMIT,
                    LOCAL_DESTINATION_RECIPIENT_LIMIT,
                    DEFER_TRANSPORTS,
                    SOFT_BOUNCE,
                    RELAYHOST,
                    MYHOSTNAME,
                    SYSLOG_NAME);

    private DeliveryParameters() {}
}
