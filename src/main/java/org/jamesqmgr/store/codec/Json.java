/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;

/**
 * JSON as it is stored, which a person can read with {@code less}. Characters outside
 * ASCII are escaped one by one, so that any Java string comes back exactly, lone surrogates too.
 */
public final class Json {

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
                    // Attribute names come from mail: interning them would fill the JVM's string
                    // table.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    private Json() {}

    @FunctionalInterface
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    @FunctionalInterface
    public interface Reading<T> {
        T from(JsonParser json) throws IOException, AddressException;
    }

    public static byte[] encode(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            writing.to(json);
        } catch (IOException e) {
            throw new IllegalStateException("writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    public static <T> T decode(byte[] bytes, int offset, int length, Reading<T> reading)
            throws DamagedMessageException {
        // A parser of short strings is set up faster than one of bytes.
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        try (JsonParser json = FACTORY.createParser(text)) {
            return reading.from(json);
        } catch (DamagedMessageException e) {
            throw e;
        } catch (IOException | AddressException | DateTimeException | IllegalArgumentException e) {
            throw new DamagedMessageException("not readable: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that addresses can be read again.
     *
     * @throws IOException if one cannot
     */
    public static void requireReadable(Collection<MailAddress> recipients) throws IOException {
        if (recipients.stream().anyMatch(MailAddress.nullSender()::equals)) {
            throw new IOException("the null sender <> cannot be a recipient");
        }
    }

    public static void writeAddresses(
            JsonGenerator json, String name, Collection<MailAddress> addresses) throws IOException {
        json.writeArrayFieldStart(name);
        for (MailAddress address : addresses) {
            json.writeString(address.asString());
        }
        json.writeEndArray();
    }

    public static void writeUnlessEmpty(JsonGenerator json, String name, String value)
            throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    /** The rest of an array whose beginning was read. */
    public static List<String> texts(JsonParser json) throws IOException {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getText());
        }
        return texts;
    }

    /** The rest of an array whose beginning was read. */
    public static List<MailAddress> addresses(JsonParser json)
            throws IOException, AddressException {
        List<MailAddress> addresses = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            addresses.add(new MailAddress(json.getText()));
        }
        return addresses;
    }

    /** The rest of an object whose beginning was read. */
    public static void fields(JsonParser json, Map<String, String> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            into.put(name, json.getText());
        }
    }

    public static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new DamagedMessageException("JSON of another shape than expected");
        }
    }

    public static String required(Map<String, String> fields, String name)
            throws DamagedMessageException {
        String value = fields.get(name);
        if (value == null) {
            throw new DamagedMessageException("no " + name + " in it");
        }
        return value;
    }
}
