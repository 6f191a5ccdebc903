/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;

/** Makes of values that have been checked what reports and notices are made by. */
record ReportingValues(ParameterValues values) {

    ReportingSettings toSettings() {
        return new ReportingSettings(
                new ReportSettings(
                        values.get(ReportParameters.BOUNCE_SIZE_LIMIT),
                        values.get(ReportParameters.DELAY_WARNING_TIME),
                        values.get(ReportParameters.DOUBLE_BOUNCE_SENDER),
                        values.get(ReportParameters.BOUNCE_TEMPLATE_FILE)),
                new NoticeSettings(
                        classes(),
                        byClass(values::get),
                        values.get(NoticeParameters.NOTICE_INTERVAL)),
                byClass(Parameter::name));
    }

    /** Who wants to hear of returned mail must not miss what could not be returned: as in Postfix. */
    private Set<NotifyClass> classes() {
        Set<NotifyClass> classes = EnumSet.noneOf(NotifyClass.class);
        classes.addAll(values.get(NoticeParameters.NOTIFY_CLASSES));
        if (classes.contains(NotifyClass.BOUNCE)) {
            classes.add(NotifyClass.TWO_BOUNCE);
        }
        return classes;
    }

    private Map<NotifyClass, String> byClass(Function<Parameter<String>, String> said) {
        return Stream.of(NotifyClass.values())
                .collect(
                        toUnmodifiableMap(
                                Function.identity(),
                                each -> said.apply(NoticeParameters.recipient(each, values))));
    }
}
