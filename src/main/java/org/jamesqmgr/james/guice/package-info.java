/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Wiring: binds the queue manager into James's injector, one module per product choice. May see every other package and
 * decides nothing itself. Guice is used here and nowhere else.
 */
package org.jamesqmgr.james.guice;
