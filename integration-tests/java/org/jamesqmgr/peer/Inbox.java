/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the INBOX of a user over IMAP, byte for byte. */
public final class Inbox {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern EXISTS = Pattern.compile("\\* (\\d+) EXISTS");
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)}$");

    private final InputStream in;
    private final SmtpLines lines;

    private Inbox(InputStream in, OutputStream out) {
        this.in = in;
        this.lines = new SmtpLines(in, out);
    }

    /** All messages that are there now; a character is a byte. */
    public static List<String> read(int port, String user, String password) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            Inbox inbox =
                    new Inbox(
                            new BufferedInputStream(socket.getInputStream()),
                            socket.getOutputStream());
            inbox.lines.read();
            inbox.command("LOGIN " + user + " " + password);
            return inbox.fetchAll(count(inbox.command("SELECT INBOX")));
        }
    }

    private static int count(List<String> replies) {
        return replies.stream()
                .map(EXISTS::matcher)
                .filter(Matcher::matches)
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .sum();
    }

    private List<String> fetchAll(int count) throws IOException {
        List<String> messages = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            messages.addAll(literals("FETCH " + i + " BODY.PEEK[]"));
        }
        return messages;
    }

    /** The lines of the reply. */
    private List<String> command(String command) throws IOException {
        List<String> replies = new ArrayList<>();
        exchange(command, replies, new ArrayList<>());
        return replies;
    }

    /** The literals in the reply. */
    private List<String> literals(String command) throws IOException {
        List<String> literals = new ArrayList<>();
        exchange(command, new ArrayList<>(), literals);
        return literals;
    }

    private void exchange(String command, List<String> replies, List<String> literals)
            throws IOException {
        lines.write("tag " + command);
        String line = lines.read();
        while (!line.startsWith("tag ")) {
            replies.add(line);
            Matcher literal = LITERAL.matcher(line);
            if (literal.find()) {
                byte[] bytes = in.readNBytes(Integer.parseInt(literal.group(1)));
                literals.add(new String(bytes, StandardCharsets.ISO_8859_1));
            }
            line = lines.read();
        }
        if (!line.startsWith("tag OK")) {
            throw new IOException(command + ": " + line);
        }
    }
}
