/* SPDX-License-Identifier: Apache-2.0 */
/** Messages as bytes: envelopes, statuses and attempts as JSON, the same in every store. */
package org.jamesqmgr.store.codec;
