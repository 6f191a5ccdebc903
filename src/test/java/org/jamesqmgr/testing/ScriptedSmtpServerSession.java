/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jamesqmgr.testing.ScriptedSmtpServer.Received;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;

/** One connection to a {@link ScriptedSmtpServer}, on its own thread. */
public final class ScriptedSmtpServerSession {

    private static final Set<Step> TRANSACTION = EnumSet.range(Step.MAIL, Step.DOT);

    private final ScriptedSmtpServer server;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean held;
    private boolean authenticating;
    private String lastSaid = "";
    private String mail = "";
    private List<String> recipients = new ArrayList<>();

    ScriptedSmtpServerSession(ScriptedSmtpServer server, Socket socket) throws IOException {
        this.server = server;
        use(socket);
    }

    /** What the client sent last is answered with this, as it is. */
    public void say(String text) throws IOException {
        lastSaid = text;
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    public void flush() throws IOException {
        out.flush();
    }

    /** Does nothing for so long, or until the server stops. */
    public void rest(long millis) throws IOException {
        try {
            if (server.stopped().await(millis, TimeUnit.MILLISECONDS)) {
                throw new EOFException("stopped");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** Reads so many bytes and forgets them. */
    public void swallow(int count) throws IOException {
        in.skipNBytes(count);
    }

    void run() throws IOException {
        boolean goOn = react(Step.GREETING, "");
        while (goOn) {
            String line = new String(readLine(), StandardCharsets.UTF_8).strip();
            server.command(line);
            goOn = obey(line);
        }
    }

    private boolean obey(String line) throws IOException {
        Step step = step(line);
        held = server.heldUntil().isPresent() && TRANSACTION.contains(step);
        held &= server.heldUntil().filter(step::equals).isEmpty();
        if (in.available() > 0) {
            server.early();
        }
        boolean goOn = react(step, line);
        return goOn && step != Step.QUIT && follow(step, line);
    }

    private boolean follow(Step step, String line) throws IOException {
        switch (step) {
            case MAIL -> {
                mail = line;
                recipients = new ArrayList<>();
            }
            case RCPT -> recipients.add(line);
            case STARTTLS -> startTls();
            default -> {}
        }
        return step != Step.DATA || !lastSaid.startsWith("354") || content();
    }

    private boolean content() throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        byte[] line = readLine();
        while (!isDot(line)) {
            wire.write(line);
            line = readLine();
        }
        server.received(
                new Received(
                        mail, List.copyOf(recipients), wire.toString(StandardCharsets.ISO_8859_1)));
        return react(Step.DOT, "");
    }

    private boolean react(Step step, String line) throws IOException {
        boolean goOn = server.reaction(step, line).react(this);
        authenticating = step == Step.AUTH && lastSaid.startsWith("334");
        if (!held) {
            out.flush();
        }
        return goOn;
    }

    private Step step(String line) {
        if (authenticating) {
            return Step.AUTH;
        }
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        return Step.valueOf(verb);
    }

    private void startTls() throws IOException {
        if (lastSaid.startsWith("220") && server.tls().isPresent()) {
            SSLSocket layer =
                    (SSLSocket)
                            server.tls()
                                    .get()
                                    .getSocketFactory()
                                    .createSocket(socket, null, socket.getPort(), false);
            layer.setUseClientMode(false);
            use(layer);
        }
    }

    private void use(Socket next) throws IOException {
        socket = next;
        in = new BufferedInputStream(next.getInputStream());
        out = new BufferedOutputStream(next.getOutputStream());
    }

    /** With its line end, which must be CR LF. */
    private byte[] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int before = 0;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the client is gone");
            }
            line.write(octet);
            if (before == '\r' && octet == '\n') {
                return line.toByteArray();
            }
            before = octet;
        }
    }

    private static boolean isDot(byte[] line) {
        return line.length == 3 && line[0] == '.';
    }
}
