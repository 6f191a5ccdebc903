/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

/** The words of reports. */
public final class ReportTemplates {

    private ReportTemplates() {}

    public static ReportTemplates standard() {
        return new ReportTemplates();
    }

    public static ReportTemplates parse(String text) throws TemplateException {
        if (text.isBlank()) {
            throw new TemplateException("nothing in it");
        }
        return standard();
    }
}
