/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Pure decisions: when a message is tried again, who gets the next one, which deliveries
 * begin when. No I/O, no threads, no
 * logging, no clock: time comes in as an argument, events come in as calls, decisions go out as
 * values. Whoever owns an object of this package calls it from one thread.
 */
package org.jamesqmgr.schedule;
