/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** One attempt to deliver to one recipient. */
public interface AttemptRow {

    /** When it began. */
    long getTime();

    String getRecipient();

    /** {@code sent}, {@code deferred} or {@code bounced}. */
    String getOutcome();

    /** The enhanced status code. */
    String getStatus();

    /** The reply of the remote, or our own finding. */
    String getReason();

    /** {@code host[address]:port}, {@code local} or {@code none}. */
    String getRelay();

    /** How long it took, in milliseconds. */
    long getDuration();
}
