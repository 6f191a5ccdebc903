/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/**
 * Which messages are meant: those that meet every condition. What is null, or 0 for age and size, is
 * no condition; an empty list of ids means no message at all, never all. A blank text is refused.
 *
 * <p>Made from {@link #all} or {@link #ids} and narrowed by the other methods, each of which gives a
 * new selection.
 */
public final class Selection {

    private final List<String> ids;
    private final List<String> queues;
    private final String transport;
    private final String sender;
    private final String recipient;
    private final String either;
    private final String domain;
    private final String reason;
    private final long olderThan;
    private final long largerThan;

    @ConstructorParameters({
        "ids",
        "queues",
        "transport",
        "sender",
        "recipient",
        "either",
        "domain",
        "reason",
        "olderThan",
        "largerThan"
    })
    public Selection(
            List<String> ids,
            List<String> queues,
            String transport,
            String sender,
            String recipient,
            String either,
            String domain,
            String reason,
            long olderThan,
            long largerThan) {
        this.ids = ids;
        this.queues = queues;
        this.transport = transport;
        this.sender = sender;
        this.recipient = recipient;
        this.either = either;
        this.domain = domain;
        this.reason = reason;
        this.olderThan = olderThan;
        this.largerThan = largerThan;
    }

    public static Selection all() {
        return new Selection(null, null, null, null, null, null, null, null, 0, 0);
    }

    /** These and no others; none if the list is empty. */
    public static Selection ids(List<String> ids) {
        return new Selection(List.copyOf(ids), null, null, null, null, null, null, null, 0, 0);
    }

    /** Only in these queues. */
    public Selection inQueues(List<String> names) {
        return new Selection(
                ids,
                List.copyOf(names),
                transport,
                sender,
                recipient,
                either,
                domain,
                reason,
                olderThan,
                largerThan);
    }

    public Selection ofTransport(String name) {
        return new Selection(
                ids,
                queues,
                name,
                sender,
                recipient,
                either,
                domain,
                reason,
                olderThan,
                largerThan);
    }

    /** An address, {@code @domain}, or {@code <>} for the null sender. */
    public Selection from(String address) {
        return new Selection(
                ids,
                queues,
                transport,
                address,
                recipient,
                either,
                domain,
                reason,
                olderThan,
                largerThan);
    }

    /** An address or {@code @domain}, of a recipient that is not done. */
    public Selection to(String address) {
        return new Selection(
                ids,
                queues,
                transport,
                sender,
                address,
                either,
                domain,
                reason,
                olderThan,
                largerThan);
    }

    /** An address or {@code @domain}, of the sender or of a recipient that is not done. */
    public Selection fromOrTo(String address) {
        return new Selection(
                ids,
                queues,
                transport,
                sender,
                recipient,
                address,
                domain,
                reason,
                olderThan,
                largerThan);
    }

    /** With a recipient in this domain that is not done. */
    public Selection forDomain(String name) {
        return new Selection(
                ids,
                queues,
                transport,
                sender,
                recipient,
                either,
                name,
                reason,
                olderThan,
                largerThan);
    }

    /** With this text in the reason for which the message waits or is held, in any case. */
    public Selection because(String text) {
        return new Selection(
                ids,
                queues,
                transport,
                sender,
                recipient,
                either,
                domain,
                text,
                olderThan,
                largerThan);
    }

    /** Arrived more than so many seconds ago. */
    public Selection olderThan(long seconds) {
        return new Selection(
                ids,
                queues,
                transport,
                sender,
                recipient,
                either,
                domain,
                reason,
                seconds,
                largerThan);
    }

    /** Of more than so many bytes. */
    public Selection largerThan(long bytes) {
        return new Selection(
                ids, queues, transport, sender, recipient, either, domain, reason, olderThan,
                bytes);
    }

    public List<String> getIds() {
        return ids;
    }

    public List<String> getQueues() {
        return queues;
    }

    public String getTransport() {
        return transport;
    }

    public String getSender() {
        return sender;
    }

    public String getRecipient() {
        return recipient;
    }

    public String getEither() {
        return either;
    }

    public String getDomain() {
        return domain;
    }

    public String getReason() {
        return reason;
    }

    public long getOlderThan() {
        return olderThan;
    }

    public long getLargerThan() {
        return largerThan;
    }
}
