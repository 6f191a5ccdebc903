/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reports on mail: who is told of failures, delays and successes, and in which words (RFC 3464).
 * Composes, sends nothing.
 */
package org.jamesqmgr.bounce;
