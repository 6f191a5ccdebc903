/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.notice.NotifyClass;

/** What the postmaster hears of, and who that is. */
final class NoticeParameters {
    private static final ValueType<String> RECIPIENT = new RecipientValue();
    private static final String POSTMASTER = "postmaster";

    static final Parameter<Set<NotifyClass>> NOTIFY_CLASSES =
            Parameter.postfix(
                    "notify_classes",
                    new NotifyClassesValue(),
                    "resource, software",
                    "What the postmaster gets mail about, any of: bounce (mail that was returned, and 2bounce), 2bounce (mail that could not be), delay (mail that is late), policy (clients refused), protocol (errors in SMTP), resource (disk, memory), software (things that broke), data (lookups that failed).");

    static final Parameter<String> BOUNCE_NOTICE_RECIPIENT =
            Parameter.postfix(
                    "bounce_notice_recipient",
                    RECIPIENT,
                    POSTMASTER,
                    "Who gets notices of the class bounce: an address, or a local part in the default domain; postmaster alone is James's own.");

    static final Parameter<String> TWO_BOUNCE_NOTICE_RECIPIENT =
            Parameter.postfix(
                    "2bounce_notice_recipient",
                    RECIPIENT,
                    POSTMASTER,
                    "Who gets those of the class 2bounce. In XML no name begins with a digit, so it is always written like this.");

    static final Parameter<String> DELAY_NOTICE_RECIPIENT =
            Parameter.postfix(
                    "delay_notice_recipient",
                    RECIPIENT,
                    POSTMASTER,
                    "Who gets those of the class delay.");

    static final Parameter<String> ERROR_NOTICE_RECIPIENT =
            Parameter.postfix(
                    "error_notice_recipient",
                    RECIPIENT,
                    POSTMASTER,
                    "Who gets those of all other classes: policy, protocol, resource, software, data.");

    static final Parameter<String> POLICY_NOTICE_RECIPIENT = ofOneClass("policy");
    static final Parameter<String> PROTOCOL_NOTICE_RECIPIENT = ofOneClass("protocol");
    static final Parameter<String> RESOURCE_NOTICE_RECIPIENT = ofOneClass("resource");
    static final Parameter<String> SOFTWARE_NOTICE_RECIPIENT = ofOneClass("software");
    static final Parameter<String> DATA_NOTICE_RECIPIENT = ofOneClass("data");

    static final Parameter<Duration> NOTICE_INTERVAL =
            Parameter.ours(
                    "notice_interval",
                    TimeValue.inSeconds(Duration.ZERO),
                    "60s",
                    "For how long events of the classes policy, protocol, resource, software and data are summed up by their cause, a mail for each; 0 means a mail for every event.");

    static final List<Parameter<?>> ALL =
            List.of(
                    NOTIFY_CLASSES,
                    BOUNCE_NOTICE_RECIPIENT,
                    TWO_BOUNCE_NOTICE_RECIPIENT,
                    DELAY_NOTICE_RECIPIENT,
                    ERROR_NOTICE_RECIPIENT,
                    POLICY_NOTICE_RECIPIENT,
                    PROTOCOL_NOTICE_RECIPIENT,
                    RESOURCE_NOTICE_RECIPIENT,
                    SOFTWARE_NOTICE_RECIPIENT,
                    DATA_NOTICE_RECIPIENT,
                    NOTICE_INTERVAL);

    /** Whose values may say who gets the notices of a class; the first that has one does. */
    private static final Map<NotifyClass, List<Parameter<String>>> RECIPIENTS =
            Map.of(
                    NotifyClass.BOUNCE, List.of(BOUNCE_NOTICE_RECIPIENT),
                    NotifyClass.TWO_BOUNCE, List.of(TWO_BOUNCE_NOTICE_RECIPIENT),
                    NotifyClass.DELAY, List.of(DELAY_NOTICE_RECIPIENT),
                    NotifyClass.POLICY, List.of(POLICY_NOTICE_RECIPIENT, ERROR_NOTICE_RECIPIENT),
                    NotifyClass.PROTOCOL,
                            List.of(PROTOCOL_NOTICE_RECIPIENT, ERROR_NOTICE_RECIPIENT),
                    NotifyClass.RESOURCE,
                            List.of(RESOURCE_NOTICE_RECIPIENT, ERROR_NOTICE_RECIPIENT),
                    NotifyClass.SOFTWARE,
                            List.of(SOFTWARE_NOTICE_RECIPIENT, ERROR_NOTICE_RECIPIENT),
                    NotifyClass.DATA, List.of(DATA_NOTICE_RECIPIENT, ERROR_NOTICE_RECIPIENT));

    private NoticeParameters() {}

    private static Parameter<String> ofOneClass(String noticeClass) {
        return Parameter.ours(
                noticeClass + "_notice_recipient",
                new OrEmpty(RECIPIENT),
                "",
                "Who gets those of the class %s; if empty, error_notice_recipient."
                        .formatted(noticeClass));
    }

    /** The parameter whose value says who gets the notices of a class. */
    static Parameter<String> recipient(NotifyClass noticeClass, ParameterValues values) {
        return Stream.ofNullable(RECIPIENTS.get(noticeClass))
                .flatMap(List::stream)
                .filter(parameter -> !values.get(parameter).isEmpty())
                .findFirst()
                .orElseThrow();
    }
}
