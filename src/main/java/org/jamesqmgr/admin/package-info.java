/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What an administrator does with the queues, each action defined once: the faces over JMX, on the
 * web and on the command line only translate.
 */
package org.jamesqmgr.admin;
