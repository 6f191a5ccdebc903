/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.MessageRow;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;

/**
 * One message as {@code postcat} shows it, but for the content.
 *
 * @param name of its file
 * @param arrival in milliseconds
 * @param created in milliseconds
 * @param attributes by name, in the order in which they are shown
 * @param recipients all of them, in the order of the envelope
 */
record ShownMail(
        String name,
        String queue,
        long size,
        long arrival,
        long created,
        String sender,
        Map<String, String> attributes,
        List<To> recipients) {

    /** A recipient, and the address before it was rewritten. */
    record To(String address, String original, boolean done) {}

    static ShownMail of(MessageDetails details) {
        MessageRow row = details.getMessage();
        Map<String, String> attributes = new TreeMap<>(details.getAttributes());
        attributes.put("transport", row.getTransport());
        attributes.put("priority", Integer.toString(details.getPriority()));
        if (!details.getEnvelopeId().isEmpty()) {
            attributes.put("dsn_envid", details.getEnvelopeId());
        }
        if (!row.getServer().isEmpty()) {
            attributes.put("server", row.getServer());
        }
        List<To> recipients = new ArrayList<>();
        details.getRecipients()
                .forEach(
                        to -> recipients.add(to(to.getAddress(), to.getOriginal(), to.getState())));
        return new ShownMail(
                row.getId(),
                row.getQueue(),
                row.getSize(),
                row.getArrival(),
                details.getCreated(),
                row.getSender(),
                attributes,
                recipients);
    }

    static ShownMail of(QueuedMessage message) {
        Envelope envelope = message.envelope();
        Map<String, String> attributes = new TreeMap<>(envelope.attributes());
        attributes.put("transport", envelope.transport().asString());
        attributes.put("priority", Integer.toString(envelope.priority()));
        if (!envelope.options().envelopeId().isEmpty()) {
            attributes.put("dsn_envid", envelope.options().envelopeId());
        }
        List<To> recipients = new ArrayList<>();
        for (Recipient to : message.recipients()) {
            String original = envelope.options().of(to.address()).original();
            recipients.add(
                    to(
                            to.address().asString(),
                            original,
                            to.state().name().toLowerCase(Locale.ROOT)));
        }
        return new ShownMail(
                message.id().asString(),
                message.queue().asString(),
                message.size(),
                envelope.arrival().toEpochMilli(),
                envelope.created().toEpochMilli(),
                envelope.sender().asString(""),
                attributes,
                recipients);
    }

    private static To to(String address, String original, String state) {
        return new To(address, original.isEmpty() ? address : original, state.equals("done"));
    }

    /** The same, under the name of a file in the corrupt queue. */
    ShownMail corrupt(String file) {
        return new ShownMail(
                file, "corrupt", size, arrival, created, sender, attributes, recipients);
    }

    /** Where its file is, as Postfix names it. */
    String path() {
        String hash = queue.equals("deferred") ? name.charAt(9) + "/" : "";
        return queue + "/" + hash + name;
    }
}
