/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;

/** Delivery options as a JSON object, part of an envelope. What was not asked for is left out. */
final class OptionsCodec {

    private OptionsCodec() {}

    static void write(JsonGenerator json, DeliveryOptions options) throws IOException {
        json.writeStartObject();
        Json.writeUnlessEmpty(json, "nexthop", options.nexthop());
        json.writeStringField("returned", options.returned().name());
        Json.writeUnlessEmpty(json, "envelopeId", options.envelopeId());
        json.writeArrayFieldStart("recipients");
        for (Map.Entry<MailAddress, RecipientOptions> one : options.recipients().entrySet()) {
            write(json, one.getKey(), one.getValue());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, MailAddress address, RecipientOptions options)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("address", address.asString());
        Json.writeUnlessEmpty(json, "original", options.original());
        Json.writeUnlessEmpty(json, "originalRecipient", options.originalRecipient());
        json.writeArrayFieldStart("notify");
        for (Notify notify : options.notifications()) {
            json.writeString(notify.name());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Reads the rest of an object whose beginning was read. */
    static DeliveryOptions read(JsonParser json) throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        Map<MailAddress, RecipientOptions> recipients = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    readRecipient(json, recipients);
                }
            } else {
                fields.put(name, json.getText());
            }
        }
        return new DeliveryOptions(
                fields.getOrDefault("nexthop", ""),
                Returned.valueOf(Json.required(fields, "returned")),
                fields.getOrDefault("envelopeId", ""),
                recipients);
    }

    private static void readRecipient(JsonParser json, Map<MailAddress, RecipientOptions> into)
            throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        List<String> notify = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.START_ARRAY) {
                notify = Json.texts(json);
            } else {
                fields.put(name, json.getText());
            }
        }
        Set<Notify> notifications =
                notify.stream().map(Notify::valueOf).collect(Collectors.toSet());
        into.put(
                new MailAddress(Json.required(fields, "address")),
                new RecipientOptions(
                        fields.getOrDefault("original", ""),
                        fields.getOrDefault("originalRecipient", ""),
                        notifications));
    }
}
