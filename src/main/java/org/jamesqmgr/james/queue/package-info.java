/* SPDX-License-Identifier: Apache-2.0 */
/** James's mail queues, played by ours. */
package org.jamesqmgr.james.queue;
