/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

/** What a report tells of (RFC 3464, 2.3.3). */
public enum ReportKind {
    /** No further attempt is made. */
    FAILURE,
    /** Not delivered yet; attempts go on. */
    DELAY,
    /** Delivered, for those who asked to be told. */
    SUCCESS
}
