/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.mailet.Mail;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.store.ContentWriter;
import org.jamesqmgr.store.DerivedContent;

/**
 * The message of a mail as it is now, byte for byte, for when the mail is gone. Costs as little as
 * the mailets have changed: what is stored already is referred to, a changed header is kept on the
 * heap, a changed body in a file of its own.
 *
 * <p>Readable any number of times, as long as the stored content is and until closed. One thread at
 * a time.
 */
public final class MailSnapshot implements Content, ContentWriter, Closeable {

    /** A larger header is kept in a file. */
    static final int HEADER_LIMIT = 256 * 1024;

    private static final int BUFFER = 8 * 1024;

    private final Content content;
    private final Closeable resource;
    private final Optional<DerivedContent> derived;
    private final String messageId;

    private MailSnapshot(
            Content content,
            Closeable resource,
            Optional<DerivedContent> derived,
            String messageId) {
        this.content = content;
        this.resource = resource;
        this.derived = derived;
        this.messageId = messageId;
    }

    /**
     * Takes the message of a mail; the mail may be changed or disposed of afterwards.
     *
     * @param stored what the mail was made from
     * @throws IOException if either cannot be read, or what is changed cannot be kept
     */
    public static MailSnapshot of(Mail mail, Content stored)
            throws IOException, MailQueueException {
        MailContent now = MailContent.of(mail);
        Optional<StoredMimeMessage> read = now.withBodyOf(stored);
        Optional<MailSnapshot> byHeader =
                read.isPresent() ? byHeader(read.get(), stored) : Optional.empty();
        return byHeader.isPresent() ? byHeader.get() : byComparison(now, stored);
    }

    /** As {@link #of(Mail, Content)}, where nothing is stored: all of it is in a file of its own. */
    public static MailSnapshot of(Mail mail) throws IOException, MailQueueException {
        return spilled(MailContent.of(mail));
    }

    /**
     * Without a look at the body, for it is known to be the stored one. Empty if the header is too
     * large, or it can be disputed where the body begins.
     */
    private static Optional<MailSnapshot> byHeader(StoredMimeMessage message, Content stored)
            throws IOException, MailQueueException {
        HeaderStart before = new HeaderStart(HEADER_LIMIT);
        try (InputStream in = stored.open()) {
            before.takeFrom(in);
        }
        if (!message.isModified()) {
            return Optional.of(referring(DerivedContent.SAME, stored, before.messageId()));
        }
        HeaderStart now = new HeaderStart(HEADER_LIMIT);
        byte[] bytes = headerOf(message);
        boolean known = now.take(bytes, 0, bytes.length) == bytes.length && now.ended();
        return known && before.ended() && before.undisputed()
                ? Optional.of(referring(derived(now, before), stored, now.messageId()))
                : Optional.empty();
    }

    private static byte[] headerOf(StoredMimeMessage message)
            throws IOException, MailQueueException {
        try {
            return message.headerBytes();
        } catch (MessagingException e) {
            throw new MailQueueException("cannot get at the header of a message", e);
        }
    }

    private static MailSnapshot byComparison(MailContent now, Content stored) throws IOException {
        try (InputStream in = stored.open()) {
            Comparison comparison = new Comparison(in);
            try {
                now.writeTo(comparison);
                comparison.finish();
            } catch (IOException e) {
                if (comparison.different) {
                    return spilled(now);
                }
                throw e;
            }
            HeaderStart header = comparison.header;
            return referring(derived(header, comparison.storedHeader), stored, header.messageId());
        }
    }

    private static DerivedContent derived(HeaderStart now, HeaderStart before) {
        byte[] bytes = now.bytes();
        return Arrays.equals(bytes, before.bytes())
                ? DerivedContent.SAME
                : new DerivedContent(bytes, before.size());
    }

    /** Whether the bytes are the stored ones. */
    public boolean same() {
        return derived.equals(Optional.of(DerivedContent.SAME));
    }

    /** How it is made of what is stored; empty if its body is another one. */
    public Optional<DerivedContent> derived() {
        return derived;
    }

    /** The Message-ID, brackets and all; empty if there is none. */
    public String messageId() {
        return messageId;
    }

    @Override
    public long size() {
        return content.size();
    }

    @Override
    public InputStream open() throws IOException {
        return content.open();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (InputStream in = content.open()) {
            in.transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        resource.close();
    }

    private static MailSnapshot referring(
            DerivedContent derived, Content stored, String messageId) {
        Content content = new Referring(derived, stored);
        return new MailSnapshot(content, () -> {}, Optional.of(derived), messageId);
    }

    private record Referring(DerivedContent derived, Content stored) implements Content {

        @Override
        public long size() {
            return derived.size(stored.size());
        }

        @Override
        public InputStream open() throws IOException {
            InputStream rest = stored.open();
            try {
                rest.skipNBytes(derived.from());
            } catch (IOException e) {
                rest.close();
                throw e;
            }
            return new SequenceInputStream(new ByteArrayInputStream(derived.start()), rest);
        }
    }

    private static MailSnapshot spilled(MailContent now) throws IOException {
        WatchedContent watched = new WatchedContent(now);
        NamelessFile file = NamelessFile.of(watched);
        return new MailSnapshot(file, file, Optional.empty(), watched.messageId());
    }

    /** Takes what is written for as long as its body is that of the other stream. */
    private static final class Comparison extends OutputStream {

        private final InputStream stored;
        private final HeaderStart header = new HeaderStart(HEADER_LIMIT);
        private final HeaderStart storedHeader = new HeaderStart(HEADER_LIMIT);

        /** What was read of it and not yet looked at is between two positions. */
        private final byte[] buffer = new byte[BUFFER];

        private int position;
        private int limit;
        private boolean inBody;
        private boolean different;

        Comparison(InputStream stored) {
            this.stored = stored;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int taken = inBody ? 0 : header.take(bytes, offset, length);
            if (!inBody && header.ended()) {
                skipStoredHeader();
            } else if (!inBody && header.full()) {
                throw differs();
            }
            compareBody(bytes, offset + taken, length - taken);
        }

        /** To be called when all is written. */
        void finish() throws IOException {
            if (!inBody) {
                skipStoredHeader();
            }
            if (isMoreStored()) {
                throw differs();
            }
        }

        private void skipStoredHeader() throws IOException {
            inBody = true;
            while (!storedHeader.ended() && !storedHeader.full() && isMoreStored()) {
                position += storedHeader.take(buffer, position, limit - position);
            }
            if (storedHeader.full() && !storedHeader.ended()) {
                throw differs();
            }
        }

        private void compareBody(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int next = offset; next < end; ) {
                if (!isMoreStored()) {
                    throw differs();
                }
                int count = Math.min(end - next, limit - position);
                if (!Arrays.equals(buffer, position, position + count, bytes, next, next + count)) {
                    throw differs();
                }
                position += count;
                next += count;
            }
        }

        private boolean isMoreStored() throws IOException {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, stored.read(buffer));
            }
            return position < limit;
        }

        private IOException differs() {
            different = true;
            return new IOException("the body differs");
        }
    }
}
