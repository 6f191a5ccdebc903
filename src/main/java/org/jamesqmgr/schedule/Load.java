/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/** How much is in work or promised to claims in flight, against a bound. */
final class Load {

    private final ActiveLimits limits;
    private int messages;
    private long recipients;

    Load(ActiveLimits limits) {
        this.limits = limits;
    }

    void take(int moreMessages, long moreRecipients) {
        messages += moreMessages;
        recipients += moreRecipients;
    }

    void free(int fewerMessages, long fewerRecipients) {
        messages -= fewerMessages;
        recipients -= fewerRecipients;
        if (messages < 0 || recipients < 0) {
            throw new IllegalStateException(
                    "more was freed than taken: " + messages + ", " + recipients);
        }
    }

    int messages() {
        return messages;
    }

    long recipients() {
        return recipients;
    }

    int messageRoom() {
        return Math.max(0, limits.messages() - messages);
    }

    int recipientRoom() {
        return (int) Math.max(0, limits.recipients() - recipients);
    }
}
