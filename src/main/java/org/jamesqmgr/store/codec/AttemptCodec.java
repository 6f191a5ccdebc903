/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.IsoTime;
import org.jamesqmgr.model.RecipientOutcome;

/**
 * Attempts as a JSON array. Recipients in a row of whom the same is to be said share one object, as
 * all have it that wait for a dead destination. The class of the status code tells the outcome.
 */
public final class AttemptCodec {

    /** Remotes write what they like; so many characters of each text are kept. */
    static final int MAXIMAL_TEXT = 10_000;

    private AttemptCodec() {}

    /** What is said of recipients that share an object. */
    private record Said(Instant time, DeliveryStatus status, Conversation conversation) {

        static Said of(Attempt attempt) {
            return new Said(attempt.time(), attempt.outcome().status(), attempt.conversation());
        }
    }

    /**
     * Encodes attempts.
     *
     * @throws IOException if they could not be read again
     */
    public static byte[] encode(List<Attempt> attempts) throws IOException {
        Json.requireReadable(
                attempts.stream().map(attempt -> attempt.outcome().recipient()).toList());
        return Json.encode(json -> write(json, attempts));
    }

    public static List<Attempt> decode(byte[] bytes, int offset, int length)
            throws DamagedMessageException {
        return Json.decode(bytes, offset, length, AttemptCodec::read);
    }

    private static void write(JsonGenerator json, List<Attempt> attempts) throws IOException {
        json.writeStartArray();
        int next = 0;
        while (next < attempts.size()) {
            Said said = Said.of(attempts.get(next));
            List<MailAddress> recipients = new ArrayList<>();
            while (next < attempts.size() && Said.of(attempts.get(next)).equals(said)) {
                recipients.add(attempts.get(next).outcome().recipient());
                next++;
            }
            write(json, said, recipients);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Said said, List<MailAddress> recipients)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("time", IsoTime.format(said.time()));
        json.writeStringField("code", said.status().code().asString());
        json.writeStringField("reason", clipped(said.status().reason()));
        Json.writeUnlessEmpty(json, "diagnostic", clipped(said.status().diagnostic()));
        Json.writeUnlessEmpty(json, "mta", clipped(said.status().remoteMta()));
        if (!said.conversation().equals(Conversation.NONE)) {
            write(json, said.conversation());
        }
        Json.writeAddresses(json, "to", recipients);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Conversation conversation) throws IOException {
        json.writeStringField("relay", clipped(conversation.relay()));
        json.writeNumberField("uses", conversation.uses());
        json.writeStringField("setup", conversation.setup().toString());
        json.writeStringField("transfer", conversation.transfer().toString());
        if (conversation.dsn()) {
            json.writeBooleanField("dsn", true);
        }
    }

    private static String clipped(String text) {
        return text.substring(0, Math.min(text.length(), MAXIMAL_TEXT));
    }

    private static List<Attempt> read(JsonParser json) throws IOException, AddressException {
        List<Attempt> attempts = new ArrayList<>();
        Json.expect(json, JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_OBJECT) {
            readShared(json, attempts);
        }
        return attempts;
    }

    private static void readShared(JsonParser json, List<Attempt> into)
            throws IOException, AddressException {
        Map<String, String> fields = new HashMap<>();
        List<MailAddress> recipients = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.START_ARRAY) {
                recipients = Json.addresses(json);
            } else {
                fields.put(name, json.getText());
            }
        }
        Instant time = IsoTime.parse(Json.required(fields, "time"));
        DeliveryStatus status = status(fields);
        Conversation conversation = conversation(fields);
        for (MailAddress recipient : recipients) {
            into.add(new Attempt(time, RecipientOutcome.of(recipient, status), conversation));
        }
    }

    private static DeliveryStatus status(Map<String, String> fields)
            throws DamagedMessageException {
        String code = Json.required(fields, "code");
        return new DeliveryStatus(
                EnhancedStatusCode.parse(code)
                        .orElseThrow(() -> new DamagedMessageException("no status code: " + code)),
                Json.required(fields, "reason"),
                fields.getOrDefault("diagnostic", ""),
                fields.getOrDefault("mta", ""));
    }

    private static Conversation conversation(Map<String, String> fields)
            throws DamagedMessageException {
        return fields.containsKey("relay")
                ? new Conversation(
                        fields.get("relay"),
                        Integer.parseInt(Json.required(fields, "uses")),
                        Duration.parse(Json.required(fields, "setup")),
                        Duration.parse(Json.required(fields, "transfer")),
                        Boolean.parseBoolean(fields.get("dsn")))
                : Conversation.NONE;
    }
}
