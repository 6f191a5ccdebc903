/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Delivery to other servers: finds the hosts that take mail for a next hop, speaks SMTP with them
 * (RFC 5321) and says of every recipient what became of it, in Postfix's words.
 */
package org.jamesqmgr.transport.smtp;
