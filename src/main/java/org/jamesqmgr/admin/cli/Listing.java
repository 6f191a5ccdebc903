/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** Writes messages one by one and keeps none. */
interface Listing {

    void add(QueuedMail mail);

    /** After the last. */
    void end();
}
