/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

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
     * @throws TemplateException if reports cannot be made of this text
     */
    public static ReportTemplates parse(String text) throws TemplateException {
        if (text.isBlank()) {
            throw new TemplateException(
                    java.util.List.of(new TemplateException.Problem(1, "found nothing")));
        }
        return new ReportTemplates(text);
    }
}
