/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * SMTP on the wire, either side of it: lines that end in CR LF, and contents that end in a dot on a
 * line of its own. Nothing is decoded: a character is a byte. Used by one thread.
 */
final class SmtpLines {

    private static final byte[] END = {'\r', '\n'};

    private final InputStream in;
    private final OutputStream out;

    SmtpLines(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Sends a line; the end of line is added. */
    void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.ISO_8859_1));
        out.write(END);
        out.flush();
    }

    /**
     * The next line, without its end.
     *
     * @throws EOFException if the other side has hung up
     */
    String read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the connection has ended");
            }
            line.write(next);
            next = in.read();
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** Sends a content and the dot after it. What does not end in CR LF gets one, as the dot needs it. */
    void writeContent(byte[] content) throws IOException {
        boolean lineBegins = true;
        int previous = 0;
        for (byte next : content) {
            if (lineBegins && next == '.') {
                out.write('.');
            }
            out.write(next);
            lineBegins = previous == '\r' && next == '\n';
            previous = next;
        }
        if (!lineBegins) {
            out.write(END);
        }
        write(".");
    }

    /** A content up to the dot that ends it, as it was before it was sent. */
    byte[] readContent() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] line = readRawLine();
        while (!isEnd(line)) {
            int from = line[0] == '.' ? 1 : 0;
            content.write(line, from, line.length - from);
            line = readRawLine();
        }
        return content.toByteArray();
    }

    private static boolean isEnd(byte[] line) {
        return line.length == 3 && line[0] == '.';
    }

    /** Up to and with the next CR LF. A CR or LF of its own is like any other byte. */
    private byte[] readRawLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int previous = 0;
        int next = 0;
        while (previous != '\r' || next != '\n') {
            previous = next;
            next = in.read();
            if (next < 0) {
                throw new EOFException("the connection has ended within a content");
            }
            line.write(next);
        }
        return line.toByteArray();
    }
}
