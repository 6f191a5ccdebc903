/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Handlers for James's {@code smtpserver.xml}: one refuses mail there is no room for, one writes down
 * sessions in which something went wrong, for the postmaster. And the check that they stand there
 * when a parameter of {@code qmgr.xml} needs them.
 */
package org.jamesqmgr.james.smtp;
