/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jamesqmgr.store.ContentWriter;

/** Parts with a line between them that is in none of them. Every part is gone through before. */
final class Multipart {

    /**
     * A part.
     *
     * @param description what it is, for people
     * @param body what is in it, the same bytes each time; legal as 8bit
     */
    record Part(String description, String type, ContentWriter body) {}

    private static final String PREAMBLE = "This is a MIME-encapsulated message.";

    private final List<Part> parts;
    private final String boundary;
    private final List<Inspection> inspections;

    private Multipart(List<Part> parts, String boundary, List<Inspection> inspections) {
        this.parts = parts;
        this.boundary = boundary;
        this.inspections = inspections;
    }

    /**
     * Looks through the parts.
     *
     * @param name what the boundary is made of: unique, so that it is hardly ever found in a part,
     *     and one that is taken is changed; up to 60 letters, digits, dots
     */
    static Multipart of(List<Part> parts, String name) throws IOException {
        String boundary = "=_" + name;
        List<Inspection> inspections = Inspection.of(parts, boundary);
        for (int i = 1; inspections.stream().anyMatch(Inspection::collision); i++) {
            boundary = "=_" + name + "." + i;
            inspections = Inspection.of(parts, boundary);
        }
        return new Multipart(parts, boundary, inspections);
    }

    String boundary() {
        return boundary;
    }

    String transferEncoding() {
        return MailText.transferEncoding(inspections.stream().anyMatch(Inspection::eightBit));
    }

    /** All parts, after the empty line that ends the header. */
    void writeTo(OutputStream out) throws IOException {
        writeLine(out, PREAMBLE);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            writeLine(out, "");
            writeLine(out, "--" + boundary);
            writeLine(out, "Content-Description: " + part.description());
            writeLine(out, "Content-Type: " + part.type());
            writeLine(
                    out,
                    "Content-Transfer-Encoding: "
                            + MailText.transferEncoding(inspections.get(i).eightBit()));
            writeLine(out, "");
            part.body().writeTo(out);
        }
        writeLine(out, "");
        writeLine(out, "--" + boundary + "--");
    }

    private static void writeLine(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
