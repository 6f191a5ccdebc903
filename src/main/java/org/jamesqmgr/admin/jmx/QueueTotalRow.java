/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/** What one queue has for one transport. */
public interface QueueTotalRow {

    String getTransport();

    String getQueue();

    long getMessages();

    /** Of their contents, each rounded up to a kibibyte. */
    long getBytes();

    /** When the oldest of them was taken under its present id. */
    long getOldest();
}
