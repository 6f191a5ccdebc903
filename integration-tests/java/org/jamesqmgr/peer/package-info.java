/* SPDX-License-Identifier: Apache-2.0 */
/** Those a mail server talks to: who sends mail to it, whom it sends mail to, who reads a mailbox. */
package org.jamesqmgr.peer;
