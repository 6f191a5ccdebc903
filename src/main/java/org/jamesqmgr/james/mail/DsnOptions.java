/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.DsnParameters.XText;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the DSN parameters of a mail (RFC 3461), which James keeps among its attributes. */
final class DsnOptions {

    private static final Logger LOGGER = LoggerFactory.getLogger(DsnOptions.class);

    private DsnOptions() {}

    /** What was asked for; of recipients that the mail no longer has, nothing. */
    static DeliveryOptions of(Mail mail) {
        return parameters(mail)
                .map(parameters -> options(parameters, mail))
                .orElse(DeliveryOptions.NONE);
    }

    private static Optional<DsnParameters> parameters(Mail mail) {
        try {
            return mail.dsnParameters();
        } catch (RuntimeException e) {
            // Attributes that a mailet has set to something else: the mail is worth more.
            LOGGER.warn("{}: its DSN parameters cannot be read", mail.getName(), e);
            return Optional.empty();
        }
    }

    private static DeliveryOptions options(DsnParameters parameters, Mail mail) {
        Map<MailAddress, RecipientOptions> recipients = new LinkedHashMap<>();
        for (MailAddress recipient : mail.getRecipients()) {
            RecipientDsnParameters asked = parameters.getRcptParameters().get(recipient);
            if (asked != null) {
                recipients.put(recipient, recipientOptions(recipient, asked));
            }
        }
        return new DeliveryOptions(
                "",
                parameters.getRetParameter().map(DsnOptions::returned).orElse(Returned.UNSPECIFIED),
                parameters.getEnvIdParameter().map(id -> id.asString()).orElse(""),
                recipients);
    }

    private static RecipientOptions recipientOptions(
            MailAddress recipient, RecipientDsnParameters asked) {
        Optional<MailAddress> original = asked.getOrcptParameter();
        return new RecipientOptions(
                original.filter(address -> !address.equals(recipient))
                        .map(MailAddress::asString)
                        .orElse(""),
                original.map(address -> DsnParameters.RFC_822_PREFIX + xtext(address)).orElse(""),
                asked.getNotifyParameter().map(DsnOptions::notifications).orElse(Set.of()));
    }

    private static String xtext(MailAddress address) {
        return XText.encode(address.asString());
    }

    private static Returned returned(DsnParameters.Ret ret) {
        return switch (ret) {
            case FULL -> Returned.FULL;
            case HDRS -> Returned.HEADERS;
        };
    }

    private static Set<Notify> notifications(EnumSet<DsnParameters.Notify> asked) {
        return asked.stream()
                .map(
                        notify ->
                                switch (notify) {
                                    case NEVER -> Notify.NEVER;
                                    case SUCCESS -> Notify.SUCCESS;
                                    case FAILURE -> Notify.FAILURE;
                                    case DELAY -> Notify.DELAY;
                                })
                .collect(Collectors.toSet());
    }
}
