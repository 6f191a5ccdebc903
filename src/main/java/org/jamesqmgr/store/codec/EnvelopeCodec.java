/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.IsoTime;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;

/**
 * Envelopes and statuses as JSON. What the index needs stands first: at start-up the rest is not
 * looked at. Options and marks are written only if there are any; files of servers that knew none are
 * read as such.
 */
public final class EnvelopeCodec {

    /** No envelope is longer. */
    public static final int MAXIMAL_LENGTH = 64 << 20;

    /** First of the fields that the index has no use for. */
    private static final String SENDER = "sender";

    private static final String OPTIONS = "options";

    private static final String MARKS = "marks";

    private EnvelopeCodec() {}

    /**
     * A status as recorded.
     *
     * @param bound where the message was going
     */
    public record Recorded(MessageStatus status, QueueName bound) {}

    /**
     * Encodes an envelope.
     *
     * @throws IOException if it could not be read again, or is too long
     */
    public static byte[] encode(Envelope envelope) throws IOException {
        Json.requireReadable(envelope.recipients());
        Json.requireReadable(envelope.options().recipients().keySet());
        byte[] bytes = Json.encode(json -> write(json, envelope));
        if (bytes.length > MAXIMAL_LENGTH) {
            throw new IOException("an envelope of " + bytes.length + " bytes is too long");
        }
        return bytes;
    }

    public static byte[] encode(MessageStatus status, QueueName bound) {
        return Json.encode(json -> write(json, status, bound));
    }

    public static Envelope envelope(byte[] bytes, int offset, int length)
            throws DamagedMessageException {
        return Json.decode(bytes, offset, length, EnvelopeCodec::readEnvelope);
    }

    /**
     * The envelope with its first recipient alone, and without sender, attributes and options: the
     * rest is not even looked at.
     */
    public static Envelope head(byte[] bytes, int offset, int length)
            throws DamagedMessageException {
        return Json.decode(bytes, offset, length, EnvelopeCodec::readHead);
    }

    public static Recorded status(byte[] bytes, int offset, int length)
            throws DamagedMessageException {
        return Json.decode(bytes, offset, length, EnvelopeCodec::readStatus);
    }

    private static void write(JsonGenerator json, Envelope envelope) throws IOException {
        json.writeStartObject();
        json.writeStringField("transport", envelope.transport().asString());
        json.writeNumberField("priority", envelope.priority());
        json.writeStringField("arrival", IsoTime.format(envelope.arrival()));
        json.writeStringField("created", IsoTime.format(envelope.created()));
        json.writeStringField("notBefore", IsoTime.format(envelope.notBefore()));
        json.writeStringField(SENDER, envelope.sender().asString(""));
        Json.writeAddresses(json, "recipients", envelope.recipients());
        json.writeObjectFieldStart("attributes");
        for (Map.Entry<String, String> attribute : envelope.attributes().entrySet()) {
            json.writeStringField(attribute.getKey(), attribute.getValue());
        }
        json.writeEndObject();
        if (!envelope.options().equals(DeliveryOptions.NONE)) {
            json.writeFieldName(OPTIONS);
            OptionsCodec.write(json, envelope.options());
        }
        json.writeEndObject();
    }

    private static Envelope readEnvelope(JsonParser json) throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> attributes = new HashMap<>();
        List<MailAddress> recipients = List.of();
        DeliveryOptions options = DeliveryOptions.NONE;
        Json.expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_ARRAY) {
                recipients = Json.addresses(json);
            } else if (value != JsonToken.START_OBJECT) {
                fields.put(name, json.getText());
            } else if (name.equals(OPTIONS)) {
                options = OptionsCodec.read(json);
            } else {
                Json.fields(json, attributes);
            }
        }
        MaybeSender sender = sender(Json.required(fields, SENDER));
        return envelope(fields, sender, recipients, attributes, options);
    }

    private static Envelope readHead(JsonParser json) throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        Json.expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME && !json.currentName().equals(SENDER)) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, json.getText());
        }
        List<MailAddress> first = firstRecipient(json);
        return envelope(fields, MaybeSender.nullSender(), first, Map.of(), DeliveryOptions.NONE);
    }

    /** The sender is passed over: the recipients stand right behind it. */
    private static List<MailAddress> firstRecipient(JsonParser json)
            throws IOException, AddressException {
        json.nextToken();
        Json.expect(json, JsonToken.FIELD_NAME);
        Json.expect(json, JsonToken.START_ARRAY);
        boolean none = json.nextToken() == JsonToken.END_ARRAY;
        return none ? List.of() : List.of(new MailAddress(json.getText()));
    }

    private static Envelope envelope(
            Map<String, String> fields,
            MaybeSender sender,
            List<MailAddress> recipients,
            Map<String, String> attributes,
            DeliveryOptions options)
            throws DamagedMessageException {
        return new Envelope(
                new TransportName(Json.required(fields, "transport")),
                sender,
                recipients,
                IsoTime.parse(Json.required(fields, "arrival")),
                IsoTime.parse(Json.required(fields, "created")),
                IsoTime.parse(Json.required(fields, "notBefore")),
                Integer.parseInt(Json.required(fields, "priority")),
                attributes,
                options);
    }

    /** James's own parser would quietly make a null sender of one it cannot read. */
    private static MaybeSender sender(String text) throws AddressException {
        return text.isEmpty() ? MaybeSender.nullSender() : MaybeSender.of(new MailAddress(text));
    }

    private static void write(JsonGenerator json, MessageStatus status, QueueName bound)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("queue", bound.asString());
        json.writeStringField("due", IsoTime.format(status.due()));
        json.writeStringField("scheduled", Boolean.toString(status.scheduled()));
        json.writeNumberField("attempts", status.attempts());
        json.writeNumberField("rejections", status.rejections());
        json.writeNumberField("crashes", status.crashes());
        json.writeStringField("reason", status.reason());
        Json.writeUnlessEmpty(json, MARKS, marks(status));
        json.writeEndObject();
    }

    private static String marks(MessageStatus status) {
        return status.marks().stream()
                .map(mark -> mark.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static Set<Mark> marks(String text) {
        return Stream.of(text.split(" "))
                .filter(name -> !name.isEmpty())
                .map(name -> Mark.valueOf(name.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    private static Recorded readStatus(JsonParser json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        Json.expect(json, JsonToken.START_OBJECT);
        Json.fields(json, fields);
        MessageStatus status =
                new MessageStatus(
                        IsoTime.parse(Json.required(fields, "due")),
                        Boolean.parseBoolean(Json.required(fields, "scheduled")),
                        Integer.parseInt(Json.required(fields, "attempts")),
                        Integer.parseInt(Json.required(fields, "rejections")),
                        Integer.parseInt(Json.required(fields, "crashes")),
                        Json.required(fields, "reason"),
                        marks(fields.getOrDefault(MARKS, "")));
        String bound = Json.required(fields, "queue").toUpperCase(Locale.ROOT);
        return new Recorded(status, QueueName.valueOf(bound));
    }
}
