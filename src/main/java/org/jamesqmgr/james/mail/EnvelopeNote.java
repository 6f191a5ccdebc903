/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.jamesqmgr.model.Envelope;

/**
 * What we note in an envelope beside the fields of James's mail. A note belongs to the stored
 * message alone: it never becomes an attribute of a mail, so no copy, bounce or repository carries
 * it on.
 */
public enum EnvelopeNote {
    /** The processor that mail goes to whose delivery has failed. */
    BOUNCE_PROCESSOR,
    /** The processor that mail goes to that was delivered. */
    ON_SUCCESS,
    /** For which reasons the pipeline has kept the message back already, one a line. */
    KEPT_BACK;

    private static final String PREFIX = "note.";

    /** What is noted, if anything is. */
    public Optional<String> in(Envelope envelope) {
        return Optional.ofNullable(envelope.attributes().get(key())).map(EnvelopeNote::read);
    }

    /** The envelope with this noted, in the place of what was noted before. */
    public Envelope put(Envelope envelope, String text) {
        Map<String, String> attributes = new HashMap<>(envelope.attributes());
        attributes.put(key(), MailJson.of(text));
        return envelope.withAttributes(attributes);
    }

    private String key() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    private static String read(String json) {
        try {
            return MailJson.text(json);
        } catch (MailQueueException e) {
            throw new IllegalStateException("a note that is no text: " + json, e);
        }
    }
}
