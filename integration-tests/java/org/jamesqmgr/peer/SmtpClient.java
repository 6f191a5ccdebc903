/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One session with a mail server over SMTP or LMTP, which tells exactly what the server took on: a
 * mail is accepted when {@link #send} has returned a reply with 2xx, and at no other time. Used by
 * one thread.
 */
public final class SmtpClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    /**
     * A reply of the server.
     *
     * @param text the last line, with the code
     */
    public record Reply(int code, String text) {

        public boolean positive() {
            return code / 100 == 2 || code / 100 == 3;
        }
    }

    private final Socket socket;
    private final SmtpLines lines;

    private SmtpClient(Socket socket) throws IOException {
        this.socket = socket;
        this.lines =
                new SmtpLines(
                        new BufferedInputStream(socket.getInputStream()),
                        new BufferedOutputStream(socket.getOutputStream(), 65_536));
    }

    /** A session in which the server has been greeted. */
    public static SmtpClient connect(int port) throws IOException {
        return open(port, "EHLO test.example");
    }

    /** The same over LMTP; with one recipient for each mail, it is used in the same way. */
    public static SmtpClient connectLmtp(int port) throws IOException {
        return open(port, "LHLO test.example");
    }

    private static SmtpClient open(int port, String greeting) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            SmtpClient client = new SmtpClient(socket);
            client.expect(client.reply());
            client.expect(client.command(greeting));
            return client;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends one line and returns the answer. */
    public Reply command(String line) throws IOException {
        lines.write(line);
        return reply();
    }

    /** Sends a content and returns the answer; to be called after {@code DATA} was answered with 354. */
    public Reply content(byte[] content) throws IOException {
        lines.writeContent(content);
        return reply();
    }

    /** {@link #send(String, List, byte[])} of a text, a byte for each character. */
    public Reply send(String sender, String recipient, String content) throws IOException {
        return send(sender, List.of(recipient), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Sends one mail.
     *
     * @return the answer to the final dot, or an earlier one if it was a refusal
     * @throws IOException if the connection broke: the mail may have been taken or not
     */
    public Reply send(String sender, List<String> recipients, byte[] content) throws IOException {
        Reply reply = command("MAIL FROM:<" + sender + ">");
        for (String recipient : recipients) {
            if (reply.positive()) {
                reply = command("RCPT TO:<" + recipient + ">");
            }
        }
        if (reply.positive()) {
            reply = command("DATA");
        }
        if (!reply.positive()) {
            command("RSET");
            return reply;
        }
        return content(content);
    }

    private Reply reply() throws IOException {
        String line = lines.read();
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = lines.read();
        }
        return new Reply(Integer.parseInt(line.substring(0, 3)), line);
    }

    private void expect(Reply reply) throws IOException {
        if (!reply.positive()) {
            throw new IOException("the server does not want us: " + reply.text());
        }
    }

    /** Hangs up without a farewell. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
