/* SPDX-License-Identifier: Apache-2.0 */
/** What a deep backlog of deferred mail costs: {@link org.jamesqmgr.benchmark.depth.Depth}. */
package org.jamesqmgr.benchmark.depth;
