/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of reports. Immutable.
 *
 * @param text of the file they are from; empty for our own
 */
public record ReportTemplates(String text) {

    /** Our own words. */
    public static ReportTemplates defaults() {
        return new ReportTemplates("");
    }

    /**
     * The words of a file.
     *
     * @throws TemplateException if reports cannot be made of this text
     */
    public static ReportTemplates parse(String text) throws TemplateException {
        List<TemplateException.Problem> problems = new ArrayList<>();
        int line = 0;
        String end = "";
        for (String each : text.lines().toList()) {
            line++;
            if (!end.isEmpty()) {
                end = each.equals(end) ? "" : end;
            } else if (each.contains("= <<")) {
                end = each.substring(each.indexOf("<<") + 2);
            } else if (!each.isBlank() && !each.startsWith("#")) {
                problems.add(new TemplateException.Problem(line, "found \"" + each + "\""));
            }
        }
        if (!problems.isEmpty()) {
            throw new TemplateException(problems);
        }
        return new ReportTemplates(text);
    }
}
