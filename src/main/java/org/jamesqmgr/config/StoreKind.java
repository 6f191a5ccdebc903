/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

/** Where queued messages are kept: the values of the parameter {@code store}. */
public enum StoreKind {
    /** Files below the queue directory of this server. */
    DIRECTORY,
    /** At an ActiveMQ Artemis broker, shared by several servers. */
    ARTEMIS
}
