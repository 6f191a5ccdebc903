/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.PerRecipientHeaders;
import org.apache.mailet.PerRecipientHeaders.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a mail as JSON in pure ASCII: whatever is beyond it is escaped char by char, half
 * surrogate pairs included.
 */
final class MailJson {

    private static final Logger LOGGER = LoggerFactory.getLogger(MailJson.class);

    /**
     * Names are not kept for reuse: the keys of DSN attributes are addresses, and there is no end of
     * those. NaN and the infinities go as such, for as text James would not take them back.
     */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                                    .build())
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build();

    private MailJson() {}

    static String of(String text) {
        return json(TextNode.valueOf(text));
    }

    /** Reads what {@link #of} wrote. */
    static String text(String json) throws MailQueueException {
        JsonNode node = node(json);
        if (!node.isTextual()) {
            throw new MailQueueException("a JSON string is expected where there is " + json);
        }
        return node.textValue();
    }

    /** An object with one field per attribute. What cannot be kept is logged, once per mail. */
    static String ofAttributes(Mail mail) {
        ObjectNode kept = MAPPER.createObjectNode();
        List<String> lost = new ArrayList<>();
        mail.attributes().forEach(attribute -> add(attribute, kept, lost));
        if (!lost.isEmpty()) {
            LOGGER.warn(
                    "{}: attributes that cannot be stored, in whole or in part, are left out: {}",
                    mail.getName(),
                    lost);
        }
        return json(kept);
    }

    /**
     * Reads what {@link #ofAttributes} wrote. An attribute that James can no longer read, because
     * its class is gone for example, is left out and logged: the mail is worth more.
     */
    static List<Attribute> attributes(String mailName, String json) throws MailQueueException {
        List<Attribute> attributes = new ArrayList<>();
        node(json)
                .fields()
                .forEachRemaining(field -> attribute(mailName, field).ifPresent(attributes::add));
        return attributes;
    }

    /** An array of recipient, header name, header value, recipient... */
    static String ofRecipientHeaders(PerRecipientHeaders headers) {
        ArrayNode array = MAPPER.createArrayNode();
        for (MailAddress recipient : headers.getRecipientsWithSpecificHeaders()) {
            for (Header header : headers.getHeadersForRecipient(recipient)) {
                array.add(recipient.asString()).add(header.getName()).add(header.getValue());
            }
        }
        return json(array);
    }

    /** Reads what {@link #ofRecipientHeaders} wrote. */
    static PerRecipientHeaders recipientHeaders(String json) throws MailQueueException {
        JsonNode array = node(json);
        PerRecipientHeaders headers = new PerRecipientHeaders();
        try {
            for (int i = 0; i < array.size(); i += 3) {
                headers.addHeaderForRecipient(
                        Header.builder()
                                .name(array.required(i + 1).textValue())
                                .value(array.required(i + 2).textValue()),
                        new MailAddress(array.required(i).textValue()));
            }
        } catch (AddressException | IllegalArgumentException e) {
            throw new MailQueueException("cannot read the headers per recipient", e);
        }
        return headers;
    }

    private static void add(Attribute attribute, ObjectNode kept, List<String> lost) {
        String name = attribute.getName().asString();
        try {
            Optional<JsonNode> json = attribute.getValue().toJson();
            json.ifPresent(node -> kept.set(name, node));
            if (json.isEmpty() || !isWholeInside(attribute.getValue())) {
                lost.add(name);
            }
        } catch (RuntimeException e) {
            // Whatever a class of somebody else's throws while it is written down.
            LOGGER.debug("Attribute {} cannot be written", name, e);
            lost.add(name);
        }
    }

    /** James drops elements it cannot write from collections and maps, and says nothing. */
    private static boolean isWholeInside(AttributeValue<?> attributeValue) {
        Object value = attributeValue.value();
        if (value instanceof Collection<?> collection) {
            return collection.stream().allMatch(MailJson::isWhole);
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(MailJson::isWhole);
        }
        if (value instanceof Optional<?> optional) {
            return optional.stream().allMatch(MailJson::isWhole);
        }
        return true;
    }

    private static boolean isWhole(Object element) {
        return element instanceof AttributeValue<?> value
                && value.toJson().isPresent()
                && isWholeInside(value);
    }

    private static Optional<Attribute> attribute(
            String mailName, Map.Entry<String, JsonNode> field) {
        try {
            JsonNode json = field.getValue();
            AttributeValue<?> value =
                    AttributeDate.fromJson(json).orElseGet(() -> AttributeValue.fromJson(json));
            return Optional.of(new Attribute(AttributeName.of(field.getKey()), value));
        } catch (RuntimeException e) {
            LOGGER.warn("{}: attribute {} cannot be read again", mailName, field.getKey(), e);
            return Optional.empty();
        }
    }

    private static String json(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain nodes cannot be written", e);
        }
    }

    private static JsonNode node(String json) throws MailQueueException {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new MailQueueException("cannot read a stored field", e);
        }
    }
}
