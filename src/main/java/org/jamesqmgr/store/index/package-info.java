/* SPDX-License-Identifier: Apache-2.0 */
/** What a store knows of its messages without reading them: which is next, and that nobody else gets it. */
package org.jamesqmgr.store.index;
