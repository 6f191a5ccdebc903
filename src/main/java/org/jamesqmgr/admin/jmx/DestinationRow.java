/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** How a destination does. */
public interface DestinationRow {

    String getTransport();

    String getNexthop();

    /** Where each recipient is a destination of its own; else empty. */
    String getRecipient();

    /** How many deliveries at a time it may have; 0 while it is dead. */
    int getWindow();

    /** Deliveries in progress. */
    int getBusy();

    /** Deliveries to be made. */
    int getWaiting();

    /** {@code ready}, {@code dead}, {@code resting} (a rate delay) or {@code suspended} (by hand). */
    String getState();

    /** 0 unless it is dead. */
    long getDeadUntil();

    /** Why it is dead; else empty. */
    String getReason();
}
