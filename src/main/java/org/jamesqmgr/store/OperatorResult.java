/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

/** What became of an operator's action on one message. */
public enum OperatorResult {
    DONE,
    /** Somebody holds a lease on it, here or in another server; nothing was changed. */
    CLAIMED,
    /** No such message, or not in a queue the action applies to. A lost race is no error. */
    NOT_FOUND
}
