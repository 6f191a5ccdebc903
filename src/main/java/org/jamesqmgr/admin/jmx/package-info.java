/* SPDX-License-Identifier: Apache-2.0 */
/** The queue manager in an administrator's hands, over JMX. */
package org.jamesqmgr.admin.jmx;
