/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's side of an SMTP session, line by line. */
final class SmtpTalk implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader replies;
    private final OutputStream commands;

    /** Connects and takes the greeting. */
    SmtpTalk(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        replies =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        commands = socket.getOutputStream();
        reply();
    }

    /** Says a line and returns the last line of the reply. */
    String say(String line) throws IOException {
        send(line);
        return reply();
    }

    /** Says a line and does not wait. */
    void send(String line) throws IOException {
        commands.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        commands.flush();
    }

    String reply() throws IOException {
        String line = replies.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = replies.readLine();
        }
        if (line == null) {
            throw new EOFException("the server has hung up");
        }
        return line;
    }

    void quit() throws IOException {
        say("QUIT");
        close();
    }

    /** Hangs up without a word. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
