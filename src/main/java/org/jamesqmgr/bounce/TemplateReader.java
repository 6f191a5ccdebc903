/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.bounce.TemplateException.Problem;

/** Reads one template file, once. Goes on after a problem, so that all of them are told. */
final class TemplateReader {

    /** Of address verification, which James does not have: may be there, is not used. */
    private static final String VERIFY = "verify_template";

    private static final Map<String, ReportKind> KINDS =
            Map.of(
                    "failure_template", ReportKind.FAILURE,
                    "delay_template", ReportKind.DELAY,
                    "success_template", ReportKind.SUCCESS);

    private static final Pattern START =
            Pattern.compile("\\s*([A-Za-z0-9_]+)\\s*=\\s*<<\\s*([A-Za-z0-9]\\S*)\\s*");

    private final List<String> lines;
    private final Map<ReportKind, Template> templates;
    private final List<Problem> problems = new ArrayList<>();
    private int at;

    /**
     * A reader of this text.
     *
     * @param fallback what is not in the file
     */
    TemplateReader(String text, Map<ReportKind, Template> fallback) {
        this.lines = List.of(text.replaceFirst("^\uFEFF", "").split("\r?\n", -1));
        this.templates = new EnumMap<>(fallback);
    }

    Map<ReportKind, Template> read() throws TemplateException {
        while (at < lines.size()) {
            String line = lines.get(at++);
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                readTemplate(line);
            }
        }
        if (!problems.isEmpty()) {
            throw new TemplateException(problems);
        }
        return Map.copyOf(templates);
    }

    private void readTemplate(String line) {
        Matcher start = START.matcher(line);
        if (!start.matches()) {
            problem(at, "expected NAME = <<EOF, not " + line.strip());
            return;
        }
        String name = start.group(1);
        int first = at;
        List<String> body = readBody(name, start.group(2));
        if (KINDS.containsKey(name)) {
            TemplateText text = new TemplateText(first + 1, body, problems);
            templates.computeIfPresent(KINDS.get(name), text::read);
        } else if (!name.equals(VERIFY)) {
            problem(
                    first,
                    "there is no template "
                            + name
                            + "; there are failure_template, delay_template, success_template,"
                            + " verify_template");
        }
    }

    private List<String> readBody(String name, String endMark) {
        int first = at;
        while (at < lines.size() && !lines.get(at).equals(endMark)) {
            at++;
        }
        if (at == lines.size()) {
            problem(first, name + " does not end: there must be a line with " + endMark + " alone");
        }
        List<String> body = lines.subList(first, at);
        at++;
        return body;
    }

    private void problem(int line, String text) {
        problems.add(new Problem(line, text));
    }
}
