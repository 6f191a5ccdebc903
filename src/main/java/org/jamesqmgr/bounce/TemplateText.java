/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.bounce.TemplateException.Problem;

/** One template of a file: header, empty line, text. */
final class TemplateText {

    private static final String CHARSET = "charset";
    private static final String FROM = "from";
    private static final String SUBJECT = "subject";
    private static final String POSTMASTER_SUBJECT = "postmaster-subject";

    private static final Pattern HEADER = Pattern.compile("([!-9;-~]+)[ \\t]*:(.*)");
    private static final char NOT_DECODED = '\uFFFD';

    private final int firstLine;
    private final List<String> lines;
    private final List<Problem> problems;
    private final Map<String, String> header = new LinkedHashMap<>();
    private final Map<String, Integer> headerLines = new HashMap<>();
    private int textStart;

    /**
     * A template.
     *
     * @param firstLine number of its first line in the file
     * @param problems where what is wrong goes
     */
    TemplateText(int firstLine, List<String> lines, List<Problem> problems) {
        this.firstLine = firstLine;
        this.lines = lines;
        this.problems = problems;
    }

    /** What is read; where the header has nothing, as in the fallback. */
    Template read(ReportKind kind, Template fallback) {
        readHeader(kind);
        skipEmptyLines();
        Charset charset = value(CHARSET, this::charset).orElse(fallback.charset());
        checkEncodable(charset);
        checkFields();
        return new Template(
                charset,
                value(FROM, this::mailbox).orElse(fallback.from()),
                header.getOrDefault(SUBJECT, fallback.subject()),
                header.getOrDefault(POSTMASTER_SUBJECT, fallback.postmasterSubject()),
                lines.subList(textStart, lines.size()));
    }

    private void readHeader(ReportKind kind) {
        while (textStart < lines.size() && !lines.get(textStart).isBlank()) {
            Matcher field = HEADER.matcher(lines.get(textStart));
            if (!field.matches()) {
                checkContinuation();
                return;
            }
            putHeader(kind, field.group(1), field.group(2).strip());
            textStart++;
        }
    }

    /** Text may begin without an empty line, as in Postfix, but not where it looks like more of a header. */
    private void checkContinuation() {
        if (textStart > 0 && Character.isWhitespace(lines.get(textStart).charAt(0))) {
            problem(textStart, "a header must be one line; text comes after an empty one");
        }
    }

    private void putHeader(ReportKind kind, String name, String value) {
        String key = name.toLowerCase(Locale.ROOT);
        List<String> allowed =
                kind == ReportKind.SUCCESS
                        ? List.of(CHARSET, FROM, SUBJECT)
                        : List.of(CHARSET, FROM, SUBJECT, POSTMASTER_SUBJECT);
        if (!allowed.contains(key)) {
            problem(
                    textStart,
                    "header "
                            + name
                            + " is not allowed here: only "
                            + String.join(", ", allowed)
                            + "; text comes after an empty line");
        } else if (value.isEmpty()) {
            problem(textStart, "header " + name + " is empty");
        } else {
            checkNoField(name, value);
            header.put(key, value);
            headerLines.put(key, textStart);
        }
    }

    private void checkNoField(String name, String value) {
        Matcher field = TemplateFields.FIELD.matcher(value);
        if (field.find() && TemplateFields.NAMES.contains(TemplateFields.name(field))) {
            problem(
                    textStart,
                    "header " + name + " says " + field.group() + ", which only text may");
        }
    }

    private void skipEmptyLines() {
        while (textStart < lines.size() && lines.get(textStart).isBlank()) {
            textStart++;
        }
        if (textStart == lines.size()) {
            problem(Math.max(0, textStart - 1), "the template has no text");
        }
    }

    private <T> Optional<T> value(String key, Function<String, Optional<T>> reading) {
        return Optional.ofNullable(header.get(key)).flatMap(reading);
    }

    private Optional<Charset> charset(String name) {
        try {
            Charset charset = Charset.forName(name);
            if (hasAscii(charset)) {
                return Optional.of(charset);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        problem(
                headerLines.get(CHARSET),
                "charset "
                        + name
                        + " cannot be used: only one that Java knows and that has us-ascii in it,"
                        + " utf-8 or iso-8859-1 for example");
        return Optional.of(StandardCharsets.UTF_8);
    }

    /** Recipients and replies follow the text in ASCII. */
    private static boolean hasAscii(Charset charset) {
        byte[] printable = new byte['~' - ' ' + 1];
        for (int i = 0; i < printable.length; i++) {
            printable[i] = (byte) (' ' + i);
        }
        String text = new String(printable, StandardCharsets.US_ASCII);
        return charset.canEncode() && Arrays.equals(text.getBytes(charset), printable);
    }

    private Optional<Mailbox> mailbox(String value) {
        Optional<Mailbox> mailbox = Mailbox.parse(value);
        if (mailbox.isEmpty()) {
            problem(
                    headerLines.get(FROM),
                    "From must be like MAILER-DAEMON (Mail Delivery System) or Mail Delivery System"
                            + " <MAILER-DAEMON>, not "
                            + value);
        }
        return mailbox;
    }

    private void checkEncodable(Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).indexOf(NOT_DECODED) >= 0) {
                problem(i, "not in utf-8: the file must be, whatever charset the mail is sent in");
            } else if (!encoder.canEncode(lines.get(i))) {
                problem(
                        i,
                        "charset "
                                + charset.name().toLowerCase(Locale.ROOT)
                                + " does not have all of these characters: name another one with"
                                + " Charset:, utf-8 for example");
            }
        }
    }

    private void checkFields() {
        for (int i = textStart; i < lines.size(); i++) {
            Matcher field = TemplateFields.FIELD.matcher(lines.get(i));
            while (field.find()) {
                checkField(i, field);
            }
        }
    }

    private void checkField(int line, Matcher field) {
        String name = TemplateFields.name(field);
        if (name.isEmpty() && !field.group().equals("$$")) {
            problem(line, "a dollar sign without a name; $$ stands for the sign itself");
        } else if (!name.isEmpty() && !TemplateFields.NAMES.contains(name)) {
            problem(
                    line,
                    "there is no $"
                            + name
                            + "; there are "
                            + String.join(", ", TemplateFields.NAMES));
        }
    }

    private void problem(int index, String text) {
        problems.add(new Problem(firstLine + index, text));
    }
}
