/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.former;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.jms.JMSException;
import javax.jms.Message;
import javax.jms.ObjectMessage;
import javax.mail.internet.AddressException;
import org.apache.activemq.BlobMessage;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.jms.JMSSupport;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a mail from what James's JMS queue made of it: its fields are properties of the message, its
 * content is a file beside the broker's, or the body of the message.
 */
final class FormerMail {

    private static final Logger LOGGER = LoggerFactory.getLogger(FormerMail.class);

    private static final String RECIPIENT_HEADERS =
            JMSSupport.JAMES_MAIL_PER_RECIPIENT_HEADERS + "-";

    private static final long MICROS_PER_MILLI = 1_000;

    private final MailCodec codec = new MailCodec();
    private final Path blobs;

    /**
     * @param blobs where James kept contents
     */
    FormerMail(Path blobs) {
        this.blobs = blobs;
    }

    /** By which a person knows it. */
    static String name(Message jms) throws JMSException {
        String name = jms.getStringProperty(JMSSupport.JAMES_MAIL_NAME);
        return name == null ? jms.getJMSMessageID() : name;
    }

    // Envelope

    /**
     * As a store has it.
     *
     * @param queue the transport it is for
     * @param size of its content
     * @throws IOException if it is no mail of James's
     * @throws MailQueueException if it is one that no store can keep
     */
    QueuedMessage message(Message jms, String queue, long size)
            throws JMSException, IOException, MailQueueException {
        Instant arrival = Instant.ofEpochMilli(jms.getJMSTimestamp());
        Envelope envelope =
                codec.envelopeOfContent(
                        mail(jms), new TransportName(queue), arrival, delay(jms, arrival));
        return new QueuedMessage(
                id(jms),
                envelope.scheduled() ? QueueName.DEFERRED : QueueName.INCOMING,
                envelope,
                envelope.recipients().stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                size);
    }

    /** The same whenever it is asked for: of the moment, and of the name that no other message has. */
    private static QueueId id(Message jms) throws JMSException {
        UUID hash = UUID.nameUUIDFromBytes(jms.getJMSMessageID().getBytes(StandardCharsets.UTF_8));
        return new QueueId(
                jms.getJMSTimestamp() * MICROS_PER_MILLI
                        + Math.floorMod(hash.getMostSignificantBits(), MICROS_PER_MILLI),
                Math.floorMod(hash.getLeastSignificantBits(), QueueId.TAG_LIMIT));
    }

    /** None if none was asked for. */
    private static Duration delay(Message jms, Instant arrival) throws JMSException {
        long due = number(jms, JMSSupport.JAMES_NEXT_DELIVERY);
        Instant latest = MailCodec.LATEST_DUE;
        return Duration.between(
                arrival, due > latest.toEpochMilli() ? latest : Instant.ofEpochMilli(due));
    }

    private static MailImpl mail(Message jms) throws JMSException, IOException {
        String name = jms.getStringProperty(JMSSupport.JAMES_MAIL_NAME);
        if (name == null) {
            throw new IOException("it is no mail of James's: it has no name");
        }
        try {
            MailImpl.Builder mail =
                    MailImpl.builder()
                            .name(name)
                            .sender(sender(text(jms, JMSSupport.JAMES_MAIL_SENDER)))
                            .addRecipients(recipients(text(jms, JMSSupport.JAMES_MAIL_RECIPIENTS)))
                            .state(jms.getStringProperty(JMSSupport.JAMES_MAIL_STATE))
                            .errorMessage(
                                    jms.getStringProperty(JMSSupport.JAMES_MAIL_ERROR_MESSAGE))
                            .remoteHost(jms.getStringProperty(JMSSupport.JAMES_MAIL_REMOTEHOST))
                            .remoteAddr(jms.getStringProperty(JMSSupport.JAMES_MAIL_REMOTEADDR))
                            .lastUpdated(lastUpdated(jms))
                            .addAttributes(attributes(jms));
            addRecipientHeaders(jms, mail);
            return mail.build();
        } catch (AddressException e) {
            throw new IOException("it has an address that cannot be read: " + e.getMessage(), e);
        }
    }

    private static String text(Message jms, String property) throws JMSException {
        return Optional.ofNullable(jms.getStringProperty(property)).orElse("");
    }

    private static Stream<String> listed(String text) {
        return Stream.of(text.split(JMSSupport.JAMES_MAIL_SEPARATOR))
                .map(String::strip)
                .filter(one -> !one.isEmpty());
    }

    /** Null for the null sender: so says James's builder. */
    private static MailAddress sender(String text) throws AddressException {
        return text.isEmpty() || text.equals(MailAddress.NULL_SENDER_AS_STRING)
                ? null
                : new MailAddress(text);
    }

    private static List<MailAddress> recipients(String text) throws AddressException {
        List<MailAddress> recipients = new ArrayList<>();
        for (String address : listed(text).toList()) {
            recipients.add(new MailAddress(address));
        }
        return recipients;
    }

    @SuppressWarnings("JavaUtilDate") // James's mails speak it
    private static Date lastUpdated(Message jms) throws JMSException {
        return new Date(number(jms, JMSSupport.JAMES_MAIL_LAST_UPDATED));
    }

    private static long number(Message jms, String property) throws JMSException {
        return jms.propertyExists(property) ? jms.getLongProperty(property) : 0;
    }

    /** Those that James could write down. */
    private static List<Attribute> attributes(Message jms) throws JMSException {
        List<Attribute> attributes = new ArrayList<>();
        for (String name : listed(text(jms, JMSSupport.JAMES_MAIL_ATTRIBUTE_NAMES)).toList()) {
            String json = jms.getStringProperty(name);
            if (json != null) {
                attribute(jms, name, json).ifPresent(attributes::add);
            }
        }
        return attributes;
    }

    /** James goes on without one that it cannot read, and so do we. */
    private static Optional<Attribute> attribute(Message jms, String name, String json)
            throws JMSException {
        try {
            AttributeValue<?> value = AttributeValue.fromJsonString(json);
            return Optional.of(new Attribute(AttributeName.of(name), value));
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("{}: its attribute {} cannot be read: {}", name(jms), name, json, e);
            return Optional.empty();
        }
    }

    private static void addRecipientHeaders(Message jms, MailImpl.Builder mail)
            throws JMSException, AddressException {
        Enumeration<?> properties = jms.getPropertyNames();
        while (properties.hasMoreElements()) {
            String name = String.valueOf(properties.nextElement());
            if (name.startsWith(RECIPIENT_HEADERS)) {
                MailAddress recipient = new MailAddress(name.substring(RECIPIENT_HEADERS.length()));
                jms.getStringProperty(name)
                        .lines()
                        .map(Header::fromString)
                        .forEach(header -> mail.addHeaderForRecipient(header, recipient));
            }
        }
    }

    // Content

    /**
     * The content, byte for byte as James kept it.
     *
     * @throws IOException if it is missing
     */
    Content content(Message jms) throws JMSException, IOException {
        if (jms instanceof BlobMessage blob) {
            return new FileContent(file(blob));
        }
        if (jms instanceof ObjectMessage object && object.getObject() instanceof byte[] bytes) {
            return new BodyContent(bytes);
        }
        throw new IOException("it has no content");
    }

    /** Where its name says, or the same file in the directory as it was moved since. */
    private Path file(BlobMessage blob) throws JMSException, IOException {
        Path named = path(blob);
        int names = named.getNameCount();
        Path moved = blobs.resolve(named.subpath(Math.max(0, names - 2), names));
        if (!Files.isRegularFile(moved) && !Files.isRegularFile(named)) {
            throw new IOException("its content is missing: there is no " + named);
        }
        return Files.isRegularFile(moved) ? moved : named;
    }

    private static Path path(BlobMessage blob) throws JMSException, IOException {
        try {
            return Path.of(URI.create(blob.getURL().toString()));
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new IOException("nobody knows where its content is: " + e.getMessage(), e);
        }
    }

    /** The broker has forgotten the mail: its content goes too. */
    void forget(Message jms) throws JMSException {
        if (jms instanceof BlobMessage blob) {
            try {
                Files.deleteIfExists(file(blob));
            } catch (IOException e) {
                LOGGER.warn("the content of {} stays behind", name(jms), e);
            }
        }
    }

    private record FileContent(Path file, long size) implements Content {

        FileContent(Path file) throws IOException {
            this(file, Files.size(file));
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    /** James read it as a whole too. */
    private static final class BodyContent implements Content {
        private final byte[] bytes;

        BodyContent(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
