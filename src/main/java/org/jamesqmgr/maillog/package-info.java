/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The mail log: what happens to messages in the words of Postfix's log, so that tools written for
 * that read it. One logger, {@code org.jamesqmgr.maillog}; the administrator's logging says where it
 * goes.
 */
package org.jamesqmgr.maillog;
