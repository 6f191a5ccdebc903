/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Port: try one delivery and say what became of each recipient. Also the routes that say which
 * transport and next hop a recipient goes to.
 */
package org.jamesqmgr.transport;
