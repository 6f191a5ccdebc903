/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The store on an ActiveMQ Artemis broker that several servers share: envelopes and contents are
 * messages in durable queues, every move is one transaction of the broker.
 */
package org.jamesqmgr.store.artemis;
