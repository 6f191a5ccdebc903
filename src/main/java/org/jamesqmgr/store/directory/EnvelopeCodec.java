/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;

/**
 * Envelopes and statuses as JSON, which a person can read with {@code less}. Characters outside
 * ASCII are escaped one by one, so that any Java string comes back exactly, lone surrogates too.
 *
 * <p>What the index needs stands first: at start-up the rest is not looked at.
 */
final class EnvelopeCodec {

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .configure(
                            com.fasterxml.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII, true)
                    // Attribute names come from mail: interning them would fill the JVM's string
                    // table.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    /** First of the fields that the index has no use for. */
    private static final String SENDER = "sender";

    private EnvelopeCodec() {}

    /**
     * A status as recorded.
     *
     * @param bound where the message was going
     */
    record Recorded(MessageStatus status, QueueName bound) {}

    /**
     * Encodes an envelope.
     *
     * @throws IOException if it could not be read again, or is too long
     */
    static byte[] encode(Envelope envelope) throws IOException {
        if (envelope.recipients().stream().anyMatch(MailAddress.nullSender()::equals)) {
            throw new IOException("the null sender <> cannot be a recipient");
        }
        byte[] bytes = encode(json -> write(json, envelope));
        if (bytes.length > QueueFileHeader.MAXIMAL_ENVELOPE) {
            throw new IOException("an envelope of " + bytes.length + " bytes is too long");
        }
        return bytes;
    }

    static byte[] encode(MessageStatus status, QueueName bound) {
        return encode(json -> write(json, status, bound));
    }

    static Envelope envelope(byte[] bytes, int offset, int length) throws DamagedFileException {
        return decode(bytes, offset, length, EnvelopeCodec::readEnvelope);
    }

    /** The envelope without sender, recipients and attributes, which are not even looked at. */
    static Envelope head(byte[] bytes, int offset, int length) throws DamagedFileException {
        return decode(bytes, offset, length, EnvelopeCodec::readHead);
    }

    static Recorded status(byte[] bytes, int offset, int length) throws DamagedFileException {
        return decode(bytes, offset, length, EnvelopeCodec::readStatus);
    }

    private static void write(JsonGenerator json, Envelope envelope) throws IOException {
        json.writeStartObject();
        json.writeStringField("transport", envelope.transport().asString());
        json.writeNumberField("priority", envelope.priority());
        json.writeStringField("arrival", envelope.arrival().toString());
        json.writeStringField("created", envelope.created().toString());
        json.writeStringField("notBefore", envelope.notBefore().toString());
        json.writeStringField(SENDER, envelope.sender().asString(""));
        json.writeArrayFieldStart("recipients");
        for (MailAddress recipient : envelope.recipients()) {
            json.writeString(recipient.asString());
        }
        json.writeEndArray();
        json.writeObjectFieldStart("attributes");
        for (Map.Entry<String, String> attribute : envelope.attributes().entrySet()) {
            json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static Envelope readEnvelope(JsonParser json) throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> attributes = new HashMap<>();
        List<MailAddress> recipients = new ArrayList<>();
        expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    recipients.add(new MailAddress(json.getText()));
                }
            } else if (value == JsonToken.START_OBJECT) {
                readText(json, attributes);
            } else {
                fields.put(name, json.getText());
            }
        }
        return envelope(fields, sender(required(fields, SENDER)), recipients, attributes);
    }

    private static Envelope readHead(JsonParser json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME && !json.currentName().equals(SENDER)) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, json.getText());
        }
        return envelope(fields, MaybeSender.nullSender(), List.of(), Map.of());
    }

    private static Envelope envelope(
            Map<String, String> fields,
            MaybeSender sender,
            List<MailAddress> recipients,
            Map<String, String> attributes)
            throws DamagedFileException {
        return new Envelope(
                new TransportName(required(fields, "transport")),
                sender,
                recipients,
                Instant.parse(required(fields, "arrival")),
                Instant.parse(required(fields, "created")),
                Instant.parse(required(fields, "notBefore")),
                Integer.parseInt(required(fields, "priority")),
                attributes,
                DeliveryOptions.NONE);
    }

    /** James's own parser would quietly make a null sender of one it cannot read. */
    private static MaybeSender sender(String text) throws AddressException {
        return text.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(new MailAddress(text));
    }

    private static void write(JsonGenerator json, MessageStatus status, QueueName bound)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("queue", bound.asString());
        json.writeStringField("due", status.due().toString());
        json.writeStringField("scheduled", Boolean.toString(status.scheduled()));
        json.writeNumberField("attempts", status.attempts());
        json.writeNumberField("rejections", status.rejections());
        json.writeNumberField("crashes", status.crashes());
        json.writeStringField("reason", status.reason());
        json.writeEndObject();
    }

    private static Recorded readStatus(JsonParser json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        expect(json, JsonToken.START_OBJECT);
        readText(json, fields);
        MessageStatus status =
                new MessageStatus(
                        Instant.parse(required(fields, "due")),
                        Boolean.parseBoolean(required(fields, "scheduled")),
                        Integer.parseInt(required(fields, "attempts")),
                        Integer.parseInt(required(fields, "rejections")),
                        Integer.parseInt(required(fields, "crashes")),
                        required(fields, "reason"));
        String bound = required(fields, "queue").toUpperCase(Locale.ROOT);
        return new Recorded(status, QueueName.valueOf(bound));
    }

    private static void readText(JsonParser json, Map<String, String> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            into.put(name, json.getText());
        }
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new DamagedFileException("JSON of another shape than expected");
        }
    }

    private static String required(Map<String, String> fields, String name)
            throws DamagedFileException {
        String value = fields.get(name);
        if (value == null) {
            throw new DamagedFileException("no " + name + " in it");
        }
        return value;
    }

    private static byte[] encode(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            writing.to(json);
        } catch (IOException e) {
            throw new IllegalStateException("writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T decode(byte[] bytes, int offset, int length, Reading<T> reading)
            throws DamagedFileException {
        // A parser of short strings is set up faster than one of bytes.
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        try (JsonParser json = JSON.createParser(text)) {
            return reading.from(json);
        } catch (DamagedFileException e) {
            throw e;
        } catch (IOException | AddressException | DateTimeException | IllegalArgumentException e) {
            throw new DamagedFileException("not readable: " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(JsonParser json) throws IOException, AddressException;
    }
}
