/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** One recipient of a message. */
public interface RecipientRow {

    String getAddress();

    /** The address before it was rewritten; empty if it is the same. */
    String getOriginal();

    /** {@code pending}; {@code undeliverable} (failed, and the sender not told yet); {@code done}. */
    String getState();

    /** Why the last attempt failed; empty if there was none. */
    String getReason();

    /** Its enhanced status code; empty if there was none. */
    String getStatus();
}
