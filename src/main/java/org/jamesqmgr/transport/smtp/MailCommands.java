/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.Envelope;

/**
 * MAIL and RCPT as the server understands them: with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC
 * 6531) and what was asked for about reports (RFC 3461), each only if the server announced it.
 *
 * @param size of the content
 * @param eightBit whether the content has bytes above 127
 */
record MailCommands(Extensions extensions, Envelope envelope, long size, boolean eightBit) {

    /** What may follow in a command: printable, no blank. */
    private static final Pattern WORD = Pattern.compile("[!-~]{1,500}");

    String mail(boolean utf8) {
        StringBuilder command = new StringBuilder("MAIL FROM:<").append(sender()).append('>');
        if (extensions.size()) {
            command.append(" SIZE=").append(size);
        }
        if (eightBit && extensions.eightBitMime()) {
            command.append(" BODY=8BITMIME");
        }
        if (utf8) {
            command.append(" SMTPUTF8");
        }
        if (extensions.dsn()) {
            appendReports(command, envelope.options());
        }
        return command.toString();
    }

    String rcpt(MailAddress recipient) {
        StringBuilder command =
                new StringBuilder("RCPT TO:<").append(recipient.asString()).append('>');
        if (extensions.dsn()) {
            RecipientOptions options = envelope.options().of(recipient);
            notifications(options.notifications())
                    .ifPresent(when -> command.append(" NOTIFY=").append(when));
            word(options.originalRecipient())
                    .ifPresent(original -> command.append(" ORCPT=").append(original));
        }
        return command.toString();
    }

    /** Whether an address can be written at all: quoted ones may hide the end of a line. */
    static boolean writable(String address) {
        return address.chars().noneMatch(Character::isISOControl);
    }

    /** Whether an address cannot be written without SMTPUTF8. */
    boolean needsUtf8(Iterable<MailAddress> recipients) {
        boolean needed = !ascii(sender());
        for (MailAddress recipient : recipients) {
            needed |= !ascii(recipient.asString());
        }
        return needed;
    }

    String sender() {
        return envelope.sender().asString("");
    }

    private static void appendReports(StringBuilder command, DeliveryOptions options) {
        if (options.returned() != Returned.UNSPECIFIED) {
            command.append(" RET=").append(options.returned() == Returned.FULL ? "FULL" : "HDRS");
        }
        word(options.envelopeId()).ifPresent(id -> command.append(" ENVID=").append(id));
    }

    /** NEVER stands alone. */
    private static Optional<String> notifications(Set<Notify> asked) {
        if (asked.contains(Notify.NEVER)) {
            return Optional.of(Notify.NEVER.name());
        }
        String list = asked.stream().sorted().map(Notify::name).collect(Collectors.joining(","));
        return Optional.of(list).filter(text -> !text.isEmpty());
    }

    private static Optional<String> word(String text) {
        return Optional.of(text).filter(candidate -> WORD.matcher(candidate).matches());
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
