/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.queue.api.MailPrioritySupport;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;

/**
 * Turns a James mail into an envelope and back, losing nothing but what James itself cannot write
 * down. The message goes its own way, see {@link MailContent}.
 *
 * <p>What the queues do not need to know (name, state, error message, remote host and address, last
 * update, attributes, headers per recipient) travels in the attributes of the envelope, each value
 * as JSON in pure ASCII, so that no text encoding of a store can harm it. What is null in the mail
 * is absent there and null again in the mail that comes back.
 *
 * <p>Mail attributes are kept in the form James gives them, {@link
 * org.apache.mailet.AttributeValue#toJson()}; a mail's DSN parameters are such attributes.
 * Attributes without that form are left out and named in one warning.
 *
 * <p>Has no state and is safe for use by any thread; a mail is used by one thread at a time.
 */
public final class MailCodec {

    /**
     * No mail is due later than this, whatever delay is asked for: the end of year 9999, which every
     * date format and a count of milliseconds can express.
     */
    public static final Instant LATEST_DUE = Instant.parse("9999-12-31T23:59:59Z");

    private static final String NAME = "name";
    private static final String STATE = "state";
    private static final String ERROR_MESSAGE = "error_message";
    private static final String REMOTE_HOST = "remote_host";
    private static final String REMOTE_ADDRESS = "remote_address";
    private static final String LAST_UPDATED = "last_updated";
    private static final String ATTRIBUTES = "attributes";
    private static final String RECIPIENT_HEADERS = "recipient_headers";
    private static final String MESSAGE_ABSENT = "message_absent";

    /**
     * The envelope under which a mail is to be stored.
     *
     * @param now when the mail arrived
     * @param delay asked for by whoever sends the mail; zero and negative ones mean none
     * @throws MailQueueException if the mail has an address that could not be read again as the same
     *     address; the exception names it
     */
    public Envelope envelopeOf(Mail mail, TransportName transport, Instant now, Duration delay)
            throws MailQueueException {
        Instant due = dueAt(now, delay);
        return new Envelope(
                transport,
                storable(mail.getMaybeSender()),
                storable(mail.getRecipients()),
                now,
                due,
                due,
                priority(mail),
                fields(mail),
                DsnOptions.of(mail));
    }

    /** As {@link #envelopeOf}, for a mail without a message whose content is written beside it. */
    public Envelope envelopeOfContent(Mail mail, TransportName transport, Instant now)
            throws MailQueueException {
        return envelopeOfContent(mail, transport, now, Duration.ZERO);
    }

    /** The same, with a delay. */
    public Envelope envelopeOfContent(
            Mail mail, TransportName transport, Instant now, Duration delay)
            throws MailQueueException {
        Envelope envelope = envelopeOf(mail, transport, now, delay);
        Map<String, String> fields = new HashMap<>(envelope.attributes());
        fields.remove(MESSAGE_ABSENT);
        return envelope.withAttributes(fields);
    }

    /** The moment {@code delay} after {@code now}; {@link #LATEST_DUE} if that is later still. */
    public static Instant dueAt(Instant now, Duration delay) {
        if (delay.isNegative() || delay.isZero()) {
            return now;
        }
        boolean tooFar = delay.compareTo(Duration.between(now, LATEST_DUE)) > 0;
        return tooFar ? LATEST_DUE : now.plus(delay);
    }

    /** The name of a stored mail, without building the mail. */
    public String nameOf(Envelope envelope) throws MailQueueException {
        String json = envelope.attributes().get(NAME);
        if (json == null) {
            throw new MailQueueException("a message that was not stored as a James mail: no name");
        }
        return MailJson.text(json);
    }

    /**
     * The mail of a stored message, for those recipients whose fate is open.
     *
     * @param content read when the message is asked for and not before
     * @param onRelease see {@link StoredMimeMessage}; never called for a mail without a message
     * @throws MailQueueException if the envelope does not hold a mail
     */
    public MailImpl mailOf(QueuedMessage message, Content content, Runnable onRelease)
            throws MailQueueException {
        Map<String, String> fields = message.envelope().attributes();
        MailImpl mail = bareMail(message, nameOf(message.envelope()));
        mail.setState(text(fields, STATE));
        mail.setErrorMessage(text(fields, ERROR_MESSAGE));
        mail.setRemoteHost(text(fields, REMOTE_HOST));
        mail.setRemoteAddr(text(fields, REMOTE_ADDRESS));
        mail.setLastUpdated(date(fields));
        if (!fields.containsKey(MESSAGE_ABSENT)) {
            attach(mail, new StoredMimeMessage(message.id(), content, onRelease));
        }
        return mail;
    }

    /** As {@link #mailOf(QueuedMessage, Content, Runnable)}, for those who only look. */
    public MailImpl mailOf(QueuedMessage message, Content content) throws MailQueueException {
        return mailOf(message, content, () -> {});
    }

    private static MailImpl bareMail(QueuedMessage message, String name) throws MailQueueException {
        Map<String, String> fields = message.envelope().attributes();
        PerRecipientHeaders headers =
                fields.containsKey(RECIPIENT_HEADERS)
                        ? MailJson.recipientHeaders(fields.get(RECIPIENT_HEADERS))
                        : new PerRecipientHeaders();
        return MailImpl.builder()
                .name(name)
                .sender(message.envelope().sender())
                .addRecipients(message.pendingRecipients())
                .addAttributes(MailJson.attributes(name, fields.getOrDefault(ATTRIBUTES, "{}")))
                .addAllHeadersForRecipients(headers)
                .build();
    }

    private static void attach(MailImpl mail, StoredMimeMessage message) throws MailQueueException {
        try {
            mail.setMessageNoCopy(message);
        } catch (MessagingException e) {
            throw new MailQueueException("cannot attach the message of " + mail.getName(), e);
        }
    }

    private static Map<String, String> fields(Mail mail) throws MailQueueException {
        Map<String, String> fields = new HashMap<>();
        fields.put(NAME, MailJson.of(Objects.requireNonNull(mail.getName())));
        put(fields, STATE, mail.getState(), MailJson::of);
        put(fields, ERROR_MESSAGE, mail.getErrorMessage(), MailJson::of);
        put(fields, REMOTE_HOST, mail.getRemoteHost(), MailJson::of);
        put(fields, REMOTE_ADDRESS, mail.getRemoteAddr(), MailJson::of);
        put(fields, LAST_UPDATED, mail.getLastUpdated(), MailCodec::millis);
        if (mail.hasAttributes()) {
            fields.put(ATTRIBUTES, MailJson.ofAttributes(mail));
        }
        putRecipientHeaders(fields, mail.getPerRecipientSpecificHeaders());
        if (message(mail).isEmpty()) {
            fields.put(MESSAGE_ABSENT, "true");
        }
        return fields;
    }

    private static <T> void put(
            Map<String, String> fields, String key, T value, Function<T, String> json) {
        if (value != null) {
            fields.put(key, json.apply(value));
        }
    }

    private static void putRecipientHeaders(Map<String, String> fields, PerRecipientHeaders headers)
            throws MailQueueException {
        Collection<MailAddress> recipients = headers.getRecipientsWithSpecificHeaders();
        if (!recipients.isEmpty()) {
            storable(recipients);
            fields.put(RECIPIENT_HEADERS, MailJson.ofRecipientHeaders(headers));
        }
    }

    private static Optional<?> message(Mail mail) throws MailQueueException {
        try {
            return Optional.ofNullable(mail.getMessage());
        } catch (MessagingException e) {
            throw new MailQueueException("cannot get at the message of " + mail.getName(), e);
        }
    }

    private static String text(Map<String, String> fields, String key) throws MailQueueException {
        String json = fields.get(key);
        return json == null ? null : MailJson.text(json);
    }

    @SuppressWarnings("JavaUtilDate") // James's mails speak it
    private static String millis(Date date) {
        return Long.toString(date.getTime());
    }

    @SuppressWarnings("JavaUtilDate")
    private static Date date(Map<String, String> fields) throws MailQueueException {
        String millis = fields.get(LAST_UPDATED);
        try {
            return millis == null ? null : new Date(Long.parseLong(millis));
        } catch (NumberFormatException e) {
            throw new MailQueueException("not a time in milliseconds: " + millis, e);
        }
    }

    private static int priority(Mail mail) {
        return mail.getAttribute(MailPrioritySupport.MAIL_PRIORITY)
                .flatMap(attribute -> attribute.getValue().valueAs(Integer.class))
                .map(MailCodec::withinRange)
                .orElse(Envelope.NORMAL_PRIORITY);
    }

    private static int withinRange(int priority) {
        return Math.max(Envelope.LOWEST_PRIORITY, Math.min(Envelope.HIGHEST_PRIORITY, priority));
    }

    private static MaybeSender storable(MaybeSender sender) throws MailQueueException {
        storable(sender.asList());
        return sender;
    }

    private static List<MailAddress> storable(Collection<MailAddress> addresses)
            throws MailQueueException {
        for (MailAddress address : addresses) {
            if (!readsBackEqual(address.asString())) {
                throw new MailQueueException(
                        "cannot queue a mail with the address '"
                                + address.asString()
                                + "': read again it would not be the same");
            }
        }
        return List.copyOf(addresses);
    }

    private static boolean readsBackEqual(String address) {
        byte[] stored = address.getBytes(StandardCharsets.UTF_8);
        try {
            String readBack = new String(stored, StandardCharsets.UTF_8);
            return new MailAddress(readBack).asString().equals(address);
        } catch (AddressException e) {
            return false;
        }
    }
}
