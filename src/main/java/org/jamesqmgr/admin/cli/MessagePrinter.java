/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Writes a message as {@code postcat} does. Lines of the content go out as they are, however long
 * and in whatever encoding, but for their ends.
 */
final class MessagePrinter {

    /** Longer lines go out in pieces, which makes no difference but to memory. */
    private static final int LONGEST_LINE = 1 << 16;

    /** Whether anybody reads on is looked at now and then: it costs a write. */
    private static final int LINES_UNTIL_LOOKING = 1_000;

    private static final Pattern HEADER_FIELD = Pattern.compile("[!-9;-~]+[ \\t]*:");

    private final PrintStream out;
    private final Console console;
    private final ZoneId zone;
    private final Parts parts;
    private final Marks marks;

    /** What of the message is wanted. */
    record Parts(boolean envelope, boolean header, boolean body) {}

    /** What stands before records. */
    record Marks(boolean types, boolean offsets, boolean names) {}

    MessagePrinter(Surroundings surroundings, Parts parts, Marks marks) {
        this.console = surroundings.console();
        this.out = console.out();
        this.zone = surroundings.clock().getZone();
        this.parts = parts;
        this.marks = marks;
    }

    void print(ShownMail mail, InputStream content) throws IOException {
        if (parts.envelope()) {
            out.print("*** ENVELOPE RECORDS " + mail.path() + " ***\n");
            envelope(mail);
            marker('M', "MESSAGE CONTENTS", mail);
        }
        if (parts.header() || parts.body()) {
            content(new BufferedInputStream(content));
        }
        if (parts.envelope()) {
            marker('X', "HEADER EXTRACTED", mail);
            marker('E', "MESSAGE FILE END", mail);
        }
        out.flush();
    }

    private void envelope(ShownMail mail) {
        record(
                'C',
                "message_size",
                String.format(
                        Locale.ROOT,
                        "%15d %15d %15d %15d %15d %15d",
                        mail.size(),
                        0,
                        mail.recipients().size(),
                        0,
                        mail.size(),
                        0));
        record('T', "message_arrival_time", Text.timeWithYear(mail.arrival(), zone));
        record('A', "create_time", Text.timeWithYear(mail.created(), zone));
        attribute("log_ident", mail.name());
        record('S', "sender", mail.sender());
        mail.attributes().forEach(this::attribute);
        for (ShownMail.To to : mail.recipients()) {
            record('O', "original_recipient", to.original());
            if (to.done()) {
                record('D', "done_recipient", to.address());
            } else {
                record('R', "recipient", to.address());
            }
        }
    }

    private void attribute(String name, String value) {
        record('A', "named_attribute", name + "=" + value);
    }

    private void record(char type, String name, String value) {
        prefix(type, 0);
        out.print(name + ": " + Text.printable(value) + "\n");
    }

    private void marker(char type, String text, ShownMail mail) {
        prefix(type, 0);
        out.print("*** " + text + " " + mail.path() + " ***\n");
    }

    private void prefix(char type, long offset) {
        if (marks.offsets()) {
            out.print(String.format(Locale.ROOT, "%9d ", offset));
        }
        if (marks.types()) {
            out.print(String.format(Locale.ROOT, "%3d ", (int) type));
        }
    }

    /** The header goes up to the first line that is neither a field nor the rest of one. */
    private void content(InputStream content) throws IOException {
        Line line = new Line(content);
        boolean inHeader = true;
        for (int lines = 1; line.next(); lines++) {
            if (lines % LINES_UNTIL_LOOKING == 0 && console.deaf()) {
                return;
            }
            if (inHeader && line.begins() && !isOfHeader(line)) {
                inHeader = false;
                if (!parts.body()) {
                    return;
                }
            }
            if (inHeader ? parts.header() : parts.body()) {
                line(line);
            }
        }
        if (line.open()) {
            out.print("\n");
        }
    }

    private static boolean isOfHeader(Line line) {
        String text = line.text();
        return text.startsWith(" ")
                || text.startsWith("\t")
                || HEADER_FIELD.matcher(text).lookingAt();
    }

    private void line(Line line) {
        if (line.begins()) {
            prefix('N', line.offset());
            if (marks.names()) {
                out.print("regular_text: ");
            }
        }
        line.writeTo(out);
    }

    /** A line of the content, or a piece of a very long one. */
    private static final class Line {
        private final InputStream in;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long position;
        private long offset;
        private boolean ended = true;
        private boolean begins;
        private boolean written;

        Line(InputStream in) {
            this.in = in;
        }

        boolean next() throws IOException {
            begins = ended;
            ended = false;
            offset = position;
            bytes.reset();
            int c = in.read();
            for (; c >= 0; c = in.read()) {
                position++;
                bytes.write(c);
                if (c == '\n' || bytes.size() == LONGEST_LINE) {
                    ended = c == '\n';
                    return true;
                }
            }
            return bytes.size() > 0;
        }

        boolean begins() {
            return begins;
        }

        long offset() {
            return offset;
        }

        /** Whether what was written last did not end a line. */
        boolean open() {
            return written;
        }

        String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        void writeTo(PrintStream out) {
            byte[] line = bytes.toByteArray();
            int length = line.length;
            if (ended && length > 1 && line[length - 2] == '\r') {
                out.write(line, 0, length - 2);
                out.write('\n');
            } else {
                out.write(line, 0, length);
            }
            written = !ended;
        }
    }
}
