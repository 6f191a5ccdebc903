/* SPDX-License-Identifier: Apache-2.0 */
/** Delivers into James's mailboxes and sees what became of it. */
package org.jamesqmgr.transport.local;
