/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Mailets by which the pipeline tells the queue manager what is to become of a mail: deliver it, hold
 * it, try it again later.
 */
package org.jamesqmgr.james.mailet;
