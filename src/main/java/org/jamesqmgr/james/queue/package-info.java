/* SPDX-License-Identifier: Apache-2.0 */
/**
 * James's mail queues, played by ours: James's mail becomes an envelope and content on the way in,
 * and a mail again on the way out.
 */
package org.jamesqmgr.james.queue;
