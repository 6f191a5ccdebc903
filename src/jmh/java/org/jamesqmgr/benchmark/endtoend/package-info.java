/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whole servers against each other: mail comes in over SMTP, passes the mailets and goes out over SMTP to a sink. {@link
 * org.jamesqmgr.benchmark.endtoend.EndToEnd} starts them all on one machine and measures them in turn.
 */
package org.jamesqmgr.benchmark.endtoend;
