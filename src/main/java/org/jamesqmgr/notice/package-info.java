/* SPDX-License-Identifier: Apache-2.0 */
/** Port: tell the postmaster that something is wrong with the server, at most so often. */
package org.jamesqmgr.notice;
