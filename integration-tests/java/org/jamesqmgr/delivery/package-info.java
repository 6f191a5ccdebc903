/* SPDX-License-Identifier: Apache-2.0 */
/** Delivery by a running server to peers that behave as they were told, seen from both ends. */
package org.jamesqmgr.delivery;
