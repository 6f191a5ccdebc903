/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The words of reports, in the format of Postfix's {@code bounce_template_file} (bounce(5)). Immutable.
 *
 * <p>Beyond that format, headers may have other characters than ASCII; they are encoded. {@code Charset:} may name any
 * character set of Java that has ASCII in it. Where a reply or an address has characters that it lacks, that report is
 * written in utf-8.
 */
public final class ReportTemplates {

    private static final String STANDARD = "bounce.cf";

    private final Map<ReportKind, Template> templates;

    private ReportTemplates(Map<ReportKind, Template> templates) {
        this.templates = templates;
    }

    /** Our own words, in English. */
    public static ReportTemplates standard() {
        try (InputStream in = ReportTemplates.class.getResourceAsStream(STANDARD)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new ReportTemplates(new TemplateReader(text, unworded()).read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException(STANDARD, e);
        }
    }

    /**
     * Reads a template file.
     *
     * @param text of the file, decoded as utf-8 whatever {@code Charset:} says. Templates and headers
     *     that are missing are the standard ones; {@code verify_template} may be there and is not used
     * @throws TemplateException with everything that is wrong
     */
    public static ReportTemplates parse(String text) throws TemplateException {
        return new ReportTemplates(new TemplateReader(text, standard().templates).read());
    }

    Template of(ReportKind kind) {
        return templates.get(kind);
    }

    private static Map<ReportKind, Template> unworded() {
        Template none =
                new Template(StandardCharsets.US_ASCII, Mailbox.MAILER_DAEMON, "", "", List.of());
        Map<ReportKind, Template> templates = new EnumMap<>(ReportKind.class);
        for (ReportKind kind : ReportKind.values()) {
            templates.put(kind, none);
        }
        return templates;
    }
}
