/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.List;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.model.Envelope;

/**
 * Throws away mail to our own double-bounce address: answers to what postmasters are told, which
 * nobody reads and which could go round in circles. Safe for use by any thread.
 */
public final class DoubleBounces {

    /** Where no such address is. */
    public static final DoubleBounces NONE =
            new DoubleBounces(MailAddress.nullSender(), QueueEventListener.NONE);

    private final MailAddress address;
    private final QueueEventListener listener;

    /**
     * @param address the envelope sender of what postmasters are told
     */
    public DoubleBounces(MailAddress address, QueueEventListener listener) {
        this.address = address;
        this.listener = listener;
    }

    boolean anyIn(Envelope envelope) {
        return envelope.recipients().contains(address);
    }

    /** What is left of an envelope, which may be nobody; to be followed by {@link #discarded}. */
    Envelope removedFrom(Envelope envelope) {
        List<MailAddress> others =
                envelope.recipients().stream().filter(to -> !to.equals(address)).toList();
        return envelope.withRecipients(others);
    }

    /** All of the mail is taken, as far as whoever sent it knows. */
    void discarded(Envelope envelope) {
        listener.discarded(envelope, address);
    }
}
