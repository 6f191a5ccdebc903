/* SPDX-License-Identifier: Apache-2.0 */
/** What senders and postmasters are told by a running server. */
package org.jamesqmgr.reports;
