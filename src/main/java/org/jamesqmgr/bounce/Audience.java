/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

/** Whom a report is written for. */
public enum Audience {
    /** Who sent the mail: friendly words go first. */
    SENDER,
    /** The administrator: the facts alone, under another subject. */
    POSTMASTER
}
