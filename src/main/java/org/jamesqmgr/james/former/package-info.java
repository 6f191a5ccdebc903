/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The mail queues that James had before: what waits in them when james-qmgr is installed. Needs
 * ActiveMQ's classes, which only those applications have that kept their mail there.
 */
package org.jamesqmgr.james.former;
