/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jamesqmgr.model.TransportName;

/**
 * How much of the active queue the push transports may have: three quarters together, so that the
 * pipeline always finds room, and {@link ActiveLimits#share} each; but at least one message each,
 * even if the quarters are too small for that.
 *
 * <p>What was asked for and has not come yet is promised and counts as a message with one recipient.
 * A promise cannot be taken back, and a transport without mail keeps its own for ever; so all
 * promises together are a quarter of the room at most.
 *
 * <p>Recipients are known only once a message is there, so their bound may be exceeded by those of
 * the messages that were promised.
 */
final class Admission {

    /** Most messages promised to a transport. */
    static final int BATCH = 64;

    private static final int PARTS_FOR_PROMISES = 4;

    private static final class Account {
        private int messages;
        private long recipients;
        private int promised;

        private boolean empty() {
            return messages + promised == 0;
        }
    }

    private final ActiveLimits limits;
    private final Map<TransportName, Account> accounts = new HashMap<>();
    private final Account total = new Account();

    Admission(ActiveLimits limits, Set<TransportName> transports) {
        this.limits = limits;
        adopt(transports);
    }

    /** These transports exist; others may turn up. */
    void adopt(Set<TransportName> transports) {
        transports.forEach(this::account);
    }

    /** Promises as much as may be. */
    int request(TransportName transport) {
        Account account = account(transport);
        int most = Math.max(1, Math.min(BATCH, messages() / PARTS_FOR_PROMISES / accounts.size()));
        int wanted = most - account.promised;
        if (wanted <= 0) {
            return 0;
        }
        int granted = Math.max(account.empty() ? 1 : 0, Math.min(wanted, room(account)));
        account.promised += granted;
        total.promised += granted;
        return granted;
    }

    /** Whether one more message may come beside those that are promised. */
    boolean hasRoom(TransportName transport) {
        return room(account(transport)) > 0;
    }

    /** A message came that was promised, whatever becomes of it. */
    void came(TransportName transport) {
        Account account = account(transport);
        if (account.promised > 0) {
            account.promised--;
            total.promised--;
        }
    }

    void admitted(OpenMessage message) {
        add(account(message.claimedFor()), 1, message.recipients());
        add(total, 1, message.recipients());
    }

    void ended(OpenMessage message) {
        add(account(message.claimedFor()), -1, -message.recipients());
        add(total, -1, -message.recipients());
    }

    private int room(Account account) {
        ActiveLimits share = limits.share();
        long ofAll = Math.min(messages() - total.messages - reserved(account), recipients());
        long ofShare =
                Math.min(
                        share.messages() - account.messages,
                        share.recipients() - account.recipients);
        return (int) Math.max(0, Math.min(ofAll - total.promised, ofShare - account.promised));
    }

    private long recipients() {
        return limits.recipients() * 3L / 4 - total.recipients;
    }

    private int messages() {
        return Math.max(accounts.size(), limits.messages() / 4 * 3 + limits.messages() % 4 * 3 / 4);
    }

    /** For those that have nothing yet. */
    private int reserved(Account except) {
        int reserved = 0;
        for (Account account : accounts.values()) {
            reserved += account != except && account.empty() ? 1 : 0;
        }
        return reserved;
    }

    private Account account(TransportName transport) {
        return accounts.computeIfAbsent(transport, unknown -> new Account());
    }

    private static void add(Account account, int messages, int recipients) {
        account.messages += messages;
        account.recipients += recipients;
    }
}
