/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.Content;

/**
 * Envelope and content on their way to a server. Content is streamed, and read a second time only to
 * know whether it has 8-bit bytes. For one thread.
 */
final class OutgoingMail {

    private static final int BLOCK = 8 * 1024;

    private final Envelope envelope;
    private final Content content;
    private Optional<Boolean> eightBit = Optional.empty();

    OutgoingMail(Envelope envelope, Content content) {
        this.envelope = envelope;
        this.content = content;
    }

    MaybeSender sender() {
        return envelope.sender();
    }

    long size() {
        return content.size();
    }

    /**
     * The envelope for this server.
     *
     * <p>8-bit content goes as it is even to servers that did not announce 8BITMIME: Postfix would
     * convert it, which breaks signatures; servers that cannot take it have become rare.
     */
    MailCommands commands(Extensions extensions) throws IOException {
        boolean body = extensions.eightBitMime() && hasEightBit();
        return new MailCommands(extensions, envelope, content.size(), body);
    }

    /**
     * Sends the content, dot-stuffed, with the final dot; the end of it may go out only with the wait
     * for the reply.
     *
     * @throws IOException if the content cannot be read
     */
    void sendContent(SmtpConnection connection, Duration timeLimit)
            throws IOException, SmtpFailure {
        DotStuffing stuffing = new DotStuffing();
        byte[] block = new byte[BLOCK];
        byte[] stuffed = new byte[DotStuffing.room(BLOCK)];
        try (InputStream in = content.open()) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                int ready = stuffing.stuff(block, length, stuffed);
                connection.send(stuffed, ready, timeLimit);
            }
        }
        byte[] end = stuffing.end().getBytes(StandardCharsets.US_ASCII);
        connection.send(end, end.length, timeLimit);
    }

    private boolean hasEightBit() throws IOException {
        if (eightBit.isEmpty()) {
            eightBit = Optional.of(scan());
        }
        return eightBit.get();
    }

    private boolean scan() throws IOException {
        byte[] block = new byte[BLOCK];
        try (InputStream in = content.open()) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                for (int i = 0; i < length; i++) {
                    if (block[i] < 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
