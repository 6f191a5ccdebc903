/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The port behind which messages are kept safe: accept, claim, give back, remove. What callers may
 * rely on is written in {@link org.jamesqmgr.store.MessageStore} and proven by a contract suite
 * that every store passes.
 */
package org.jamesqmgr.store;
