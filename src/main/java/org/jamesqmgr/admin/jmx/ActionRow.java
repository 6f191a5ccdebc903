/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** What became of an action on one message. */
public interface ActionRow {

    String getId();

    /**
     * One of
     *
     * <ul>
     *   <li>{@code done};
     *   <li>{@code later}: its delivery is under way; it is done when that has ended and something of
     *       the message is left;
     *   <li>{@code already}: nothing was to be done;
     *   <li>{@code unknown}: no such message, or not in one of the selected queues;
     *   <li>{@code busy}: it is in work where it cannot be stopped;
     *   <li>{@code failed}: the store failed, the detail says how; the message is as it was.
     * </ul>
     */
    String getOutcome();

    /** For a person; or empty. */
    String getDetail();

    /** Under which id the message goes on that was requeued; or empty. */
    String getNewId();
}
