/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.nio.charset.Charset;
import java.util.List;

/**
 * The words of one kind of report.
 *
 * @param charset that text and header are written in where they are not ASCII; has ASCII in it
 * @param from whom the report is from
 * @param postmasterSubject when an administrator is told
 * @param text with {@code $name} for {@link TemplateFields}; not for postmasters
 */
record Template(
        Charset charset,
        Mailbox from,
        String subject,
        String postmasterSubject,
        List<String> text) {

    Template {
        text = List.copyOf(text);
    }

    String subject(Audience audience) {
        return audience == Audience.POSTMASTER ? postmasterSubject : subject;
    }
}
