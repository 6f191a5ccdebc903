/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.Optional;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.model.QueueId;

/** A message of the broker as it was read. */
final class Raw {

    private final ClientMessage message;
    private final byte[] body;

    Raw(ClientMessage message, byte[] body) {
        this.message = message;
        this.body = body;
    }

    /** Not to be changed. */
    byte[] body() {
        return body;
    }

    Optional<QueueId> id() {
        String text = message.getStringProperty(Channel.ID);
        return text == null ? Optional.empty() : QueueId.parse(text);
    }

    /** When it was sent, in milliseconds. */
    long time() {
        return message.getTimestamp();
    }

    String text(String property) {
        String text = message.getStringProperty(property);
        return text == null ? "" : text;
    }

    long number(String property) {
        return message.containsProperty(property) ? message.getLongProperty(property) : 0;
    }

    /** How many messages the content of an envelope is at most; none if the envelope carries it. */
    int contents() {
        return message.containsProperty(Envelopes.CONTENTS)
                ? message.getIntProperty(Envelopes.CONTENTS)
                : Integer.MAX_VALUE;
    }
}
