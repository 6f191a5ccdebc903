/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Recipient.State;

/** Recipients that are not pending any more, as a JSON object: addresses by state. */
final class DecidedCodec {

    private DecidedCodec() {}

    static byte[] encode(Map<MailAddress, State> decided) {
        return Json.encode(json -> write(json, decided));
    }

    static Map<MailAddress, State> decode(byte[] bytes, int offset, int length)
            throws DamagedFileException {
        return Json.decode(bytes, offset, length, DecidedCodec::read);
    }

    private static void write(JsonGenerator json, Map<MailAddress, State> decided)
            throws IOException {
        json.writeStartObject();
        for (State state : List.of(State.DONE, State.UNDELIVERABLE)) {
            Json.writeAddresses(
                    json,
                    state.name(),
                    decided.keySet().stream().filter(who -> decided.get(who) == state).toList());
        }
        json.writeEndObject();
    }

    private static Map<MailAddress, State> read(JsonParser json)
            throws IOException, AddressException {
        Map<MailAddress, State> decided = new HashMap<>();
        Json.expect(json, JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            State state = State.valueOf(json.currentName());
            Json.expect(json, JsonToken.START_ARRAY);
            Json.addresses(json).forEach(who -> decided.put(who, state));
        }
        return decided;
    }
}
