/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import javax.mail.MessagingException;
import javax.mail.internet.MimeMessage;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;

/**
 * The message of a mail on its way into the store, byte for byte and as a stream.
 *
 * <ul>
 *   <li>A message nobody touched: the bytes it was read from.
 *   <li>Only header fields touched: the header as it is now, raw 8-bit bytes intact, and the bytes
 *       of the body it was read from. No Date, Message-ID or MIME-Version is added.
 *   <li>A new body, or a message that was never bytes: as James would write it, which completes its
 *       header ({@link MimeMessage#saveChanges}) in the caller's message too.
 * </ul>
 *
 * A mail without a message has no content. To be written before the mail is disposed, by the thread
 * that uses the mail.
 */
public final class MailContent implements ContentWriter {

    private final MimeMessage message;

    private MailContent(MimeMessage message) {
        this.message = message;
    }

    /**
     * The content of a mail.
     *
     * @throws MailQueueException if the mail does not give out its message
     */
    public static MailContent of(Mail mail) throws MailQueueException {
        try {
            return new MailContent(mail.getMessage());
        } catch (MessagingException e) {
            throw new MailQueueException("cannot get at the message of " + mail.getName(), e);
        }
    }

    /** The message, if it is read from this content and nobody has replaced its body. */
    Optional<StoredMimeMessage> withBodyOf(Content content) {
        return message instanceof StoredMimeMessage stored && stored.hasBodyOf(content)
                ? Optional.of(stored)
                : Optional.empty();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            if (message instanceof MimeMessageWrapper wrapper) {
                write(wrapper, out);
            } else if (message != null) {
                // JavaMail's own class, which keeps 8-bit header bytes of what it has parsed.
                message.writeTo(out);
            }
        } catch (MessagingException e) {
            throw new IOException("the message cannot be written", e);
        }
    }

    /**
     * Whether storing the mail now would store exactly these bytes. Compares them all, up to the
     * first difference: James's own mark of modification is set by mailets that change nothing.
     *
     * @throws IOException if either side cannot be read
     */
    public boolean sameAs(Content stored) throws IOException {
        try (InputStream in = stored.open()) {
            ComparingOutputStream comparison = new ComparingOutputStream(in);
            try {
                writeTo(comparison);
            } catch (IOException e) {
                if (comparison.different()) {
                    return false;
                }
                throw e;
            }
            return in.read() < 0;
        }
    }

    private static void write(MimeMessageWrapper wrapper, OutputStream out)
            throws IOException, MessagingException {
        if (wrapper.isBodyModified() || wrapper.getSourceId() == null) {
            writeFromMemory(wrapper, out);
            return;
        }
        try (InputStream in = wrapper.getMessageInputStream()) {
            // James puts a sequence of two streams together when it renders the header anew.
            boolean rendered = wrapper.isModified() || in instanceof SequenceInputStream;
            if (rendered && !(wrapper instanceof StoredMimeMessage)) {
                restoreHeader(wrapper, in, out);
            }
            in.transferTo(out);
        }
    }

    /**
     * Writes the header in the stead of James's rendering of it, in which every 8-bit byte is a
     * question mark. Where the stream does not start with that rendering it is not one: what was
     * read of it goes out as it is. Leaves the stream where the rest of the message starts.
     */
    private static void restoreHeader(MimeMessageWrapper wrapper, InputStream in, OutputStream out)
            throws IOException, MessagingException {
        byte[] rendering = asciiHeader(wrapper);
        byte[] start = in.readNBytes(rendering.length);
        if (Arrays.equals(start, rendering)) {
            MessageBytes.writeHeader(wrapper.getAllHeaderLines(), out);
        } else {
            out.write(start);
        }
    }

    private static byte[] asciiHeader(MimeMessageWrapper wrapper) throws MessagingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : Collections.list(wrapper.getAllHeaderLines())) {
            bytes.writeBytes((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        if (bytes.size() > 0) {
            bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    /** For a message that has no source any more, or whose body is not what the source has. */
    private static void writeFromMemory(MimeMessageWrapper wrapper, OutputStream out)
            throws IOException, MessagingException {
        if (wrapper.isModified()) {
            wrapper.saveChanges();
        }
        MessageBytes.writeHeader(wrapper.getAllHeaderLines(), out);
        if (wrapper.isBodyModified()) {
            MessageBytes.writeNewBody(wrapper, out);
        } else {
            try (InputStream body = wrapper.getRawInputStream()) {
                body.transferTo(out);
            }
        }
    }

    /** Takes what is written only as long as it is what the other stream has. */
    private static final class ComparingOutputStream extends OutputStream {
        private final InputStream expected;
        private final byte[] buffer = new byte[8192];
        private boolean different;

        ComparingOutputStream(InputStream expected) {
            this.expected = expected;
        }

        boolean different() {
            return different;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length && !different; ) {
                int wanted = Math.min(length - done, buffer.length);
                int from = offset + done;
                int there = expected.readNBytes(buffer, 0, wanted);
                different = !Arrays.equals(buffer, 0, there, bytes, from, from + wanted);
                done += wanted;
            }
            if (different) {
                throw new IOException("the content differs");
            }
        }
    }
}
