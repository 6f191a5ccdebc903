/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The administrator's programs: those of Postfix, {@code qmgr}, and James's own command line. They
 * talk to the running server over JMX; with the server down, listing and showing read the queue
 * directory.
 */
package org.jamesqmgr.admin.cli;
