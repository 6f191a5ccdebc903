/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;

/** One message, as a listing shows it. */
public interface MessageRow {

    String getId();

    /** {@code incoming}, {@code active}, {@code deferred}, {@code hold} or {@code corrupt}. */
    String getQueue();

    /** The James mail queue or delivery transport whose mail it is. */
    String getTransport();

    /** Empty for the null sender. */
    String getSender();

    /** When the server took it. */
    long getArrival();

    /** Of the content. */
    long getSize();

    /** Whether it is returned to its sender at its next handling ({@code #}). */
    boolean isForcedExpire();

    /** When it may be tried next; meaningful while it waits. */
    long getDue();

    /** Whether it waits because a delay was asked for, not because an attempt failed. */
    boolean isScheduled();

    /** Why it waits or is on hold, as far as that concerns the whole message. */
    String getReason();

    /** By what it is suspended by hand, in the form of {@link QueueManagerMXBean#suspend}; or empty. */
    String getSuspension();

    /** Which other server has it in work, as far as this one knows; empty if none. */
    String getServer();

    /**
     * The recipients whose fate is open or not told yet: those with a recorded reason first, in the order
     * of their last attempts, then the others.
     */
    List<RecipientRow> getRecipients();
}
