/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.mail.MessagingException;
import org.apache.james.server.core.MailHeaders;
import org.apache.james.server.core.MimeMessageWrapper;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.Content;

/**
 * A message that is read from the store when somebody asks for it, and as a stream for as long as
 * its body is not replaced. What mailets change stays with this object, the stored content is never
 * touched.
 *
 * <p>Unlike James's own class it writes raw 8-bit bytes in its header as they are, so that copies
 * and deliveries made from it are true.
 *
 * <p>{@code onRelease} is called once, when the mail lets go of this message: because the mail is
 * disposed (its message is null afterwards) or because it was given another message. James does not
 * let itself be asked which of the two.
 *
 * <p>One thread at a time, as every James message.
 */
final class StoredMimeMessage extends MimeMessageWrapper {

    private final Runnable onRelease;
    private final AtomicBoolean released = new AtomicBoolean();

    StoredMimeMessage(QueueId id, Content content, Runnable onRelease) {
        super(new StoredMessageSource(id, content));
        this.onRelease = onRelease;
    }

    /** All of James's ways to write a message end here. */
    @Override
    public void writeTo(OutputStream header, OutputStream body, String[] ignored, boolean preload)
            throws IOException, MessagingException {
        if (isModified() && !saved) {
            saveChanges();
        }
        if (!isModified() && header == body && ignoresNothing(ignored)) {
            try (InputStream in = source.getInputStream()) {
                in.transferTo(body);
            }
            return;
        }
        MessageBytes.writeHeader(getNonMatchingHeaderLines(ignored), header);
        if (isBodyModified()) {
            MessageBytes.writeNewBody(this, body);
        } else {
            try (InputStream in = storedBody()) {
                in.transferTo(body);
            }
        }
    }

    @Override
    public InputStream getMessageInputStream() throws MessagingException {
        if (isBodyModified()) {
            return super.getMessageInputStream();
        }
        try {
            return isModified()
                    ? new SequenceInputStream(new ByteArrayInputStream(headerBytes()), storedBody())
                    : source.getInputStream();
        } catch (IOException e) {
            throw new MessagingException("cannot read the stored message", e);
        }
    }

    @Override
    public InputStream getRawInputStream() throws MessagingException {
        return isBodyModified() ? super.getRawInputStream() : getContentStream();
    }

    /** James would load the whole message here. */
    @Override
    protected InputStream getContentStream() throws MessagingException {
        if (isBodyModified()) {
            return super.getContentStream();
        }
        try {
            return storedBody();
        } catch (IOException e) {
            throw new MessagingException("cannot read the stored message", e);
        }
    }

    @Override
    public void dispose() {
        super.dispose();
        if (released.compareAndSet(false, true)) {
            onRelease.run();
        }
    }

    /** Whether its body is still that of the content, from which it is read. */
    boolean hasBodyOf(Content content) {
        return !isBodyModified()
                && source instanceof StoredMessageSource stored
                && stored.reads(content);
    }

    /** The header as it is now, and the empty line. */
    byte[] headerBytes() throws IOException, MessagingException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageBytes.writeHeader(getAllHeaderLines(), bytes);
        return bytes.toByteArray();
    }

    /** The stored bytes behind the header, as James's parser sees it. */
    private InputStream storedBody() throws IOException, MessagingException {
        InputStream in = source.getInputStream();
        new MailHeaders(in);
        return in;
    }

    private static boolean ignoresNothing(String[] ignored) {
        return ignored == null || ignored.length == 0;
    }
}
