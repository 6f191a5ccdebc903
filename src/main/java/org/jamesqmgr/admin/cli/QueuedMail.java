/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.admin.jmx.MessageRow;
import org.jamesqmgr.admin.jmx.RecipientRow;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;

/**
 * One message in a listing, from a server or from its file.
 *
 * @param sender empty for the null sender
 * @param arrival in milliseconds
 * @param due in milliseconds; when it is tried next, if it waits
 * @param server which other server has it in work; empty if none
 * @param recipients those that are not done, in the order of Postfix's listing
 */
record QueuedMail(
        String id,
        String queue,
        String sender,
        long arrival,
        long size,
        boolean forcedExpire,
        long due,
        String server,
        List<To> recipients) {

    /**
     * A recipient.
     *
     * @param reason why it waits; empty if nothing is known
     */
    record To(String address, String reason) {}

    static QueuedMail of(MessageRow row) {
        String whole = row.getReason();
        String suspension = row.getSuspension();
        List<To> recipients = new ArrayList<>();
        for (RecipientRow to : row.getRecipients()) {
            String own = to.getReason();
            String reason = own.isEmpty() ? whole : own;
            recipients.add(
                    new To(
                            to.getAddress(),
                            suspension.isEmpty() ? reason : suspended(suspension, reason)));
        }
        return new QueuedMail(
                row.getId(),
                row.getQueue(),
                row.getSender(),
                row.getArrival(),
                row.getSize(),
                row.isForcedExpire(),
                row.getDue(),
                row.getServer(),
                recipients);
    }

    private static String suspended(String suspension, String reason) {
        String byHand = "delivery suspended by hand: " + suspension;
        return reason.isEmpty() ? byHand : byHand + "; " + reason;
    }

    static QueuedMail of(QueuedMessage message) {
        Map<MailAddress, Integer> last = new HashMap<>();
        List<Attempt> history = message.history();
        for (int i = 0; i < history.size(); i++) {
            last.put(history.get(i).outcome().recipient(), i);
        }
        List<To> recipients =
                message.recipients().stream()
                        .filter(to -> to.state() != Recipient.State.DONE)
                        .map(Recipient::address)
                        .sorted(
                                Comparator.comparing(
                                        to -> last.getOrDefault(to, Integer.MAX_VALUE)))
                        .map(to -> to(message, to, last.get(to)))
                        .toList();
        return new QueuedMail(
                message.id().asString(),
                message.queue().asString(),
                message.envelope().sender().asString(""),
                message.envelope().arrival().toEpochMilli(),
                message.size(),
                message.status().forcedExpire(),
                message.status().due().toEpochMilli(),
                "",
                recipients);
    }

    private static To to(QueuedMessage message, MailAddress address, Integer last) {
        String reason =
                last == null
                        ? message.status().reason()
                        : message.history().get(last).outcome().status().reason();
        return new To(address.asString(), reason);
    }

    /** Postfix's name for who sent it. */
    String from() {
        return sender.isEmpty() ? "MAILER-DAEMON" : sender;
    }

    boolean waits() {
        return queue.equals("deferred") || queue.equals("incoming");
    }
}
