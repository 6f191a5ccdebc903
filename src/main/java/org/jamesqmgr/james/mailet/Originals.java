/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.engine.OpenRuns;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.Envelope;

/**
 * The addresses before the pipeline rewrote them. James does not say which became which; it is known
 * where the message came for one recipient.
 */
final class Originals {

    private Originals() {}

    static Envelope added(Envelope envelope, Optional<OpenRuns.Run> run) {
        List<MailAddress> before =
                run.map(
                                open ->
                                        open.message().recipients().stream()
                                                .map(recipient -> recipient.address())
                                                .toList())
                        .orElse(List.of());
        if (before.size() != 1 || envelope.recipients().contains(before.get(0))) {
            return envelope;
        }
        DeliveryOptions options = envelope.options();
        Map<MailAddress, RecipientOptions> recipients = new HashMap<>(options.recipients());
        for (MailAddress recipient : envelope.recipients()) {
            recipients.put(recipient, from(before.get(0), options.of(recipient)));
        }
        return envelope.withOptions(
                new DeliveryOptions(
                        options.nexthop(), options.returned(), options.envelopeId(), recipients));
    }

    private static RecipientOptions from(MailAddress original, RecipientOptions options) {
        return options.original().isEmpty()
                ? new RecipientOptions(
                        original.asString(), options.originalRecipient(), options.notifications())
                : options;
    }
}
