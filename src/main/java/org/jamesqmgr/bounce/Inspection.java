/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Looks at what will be part of a multipart, and keeps nothing of it. */
final class Inspection extends OutputStream {

    private final byte[] delimiter;
    private int matched;
    private boolean eightBit;
    private boolean collision;

    private Inspection(String boundary) {
        this.delimiter = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    /** One for each part, all of which it goes through. */
    static List<Inspection> of(List<Multipart.Part> parts, String boundary) throws IOException {
        List<Inspection> inspections = new ArrayList<>();
        for (Multipart.Part part : parts) {
            Inspection inspection = new Inspection(boundary);
            part.body().writeTo(inspection);
            inspections.add(inspection);
        }
        return inspections;
    }

    @Override
    public void write(int b) {
        byte next = (byte) b;
        eightBit |= next < 0;
        if (next == '\n') {
            matched = 0;
        } else if (matched >= 0 && matched < delimiter.length) {
            matched = delimiter[matched] == next ? matched + 1 : -1;
            collision |= matched == delimiter.length;
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    /** Whether there was a byte beyond ASCII. */
    boolean eightBit() {
        return eightBit;
    }

    /** Whether a line begins as the one between the parts. */
    boolean collision() {
        return collision;
    }
}
