/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The immutable words of mail queueing: ids, queues, envelopes, recipients. No I/O, no threads, no
 * clock; everything above builds on these and they build on nothing but the JDK and James's mail
 * addresses.
 */
package org.jamesqmgr.model;
