/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The queues over HTTP: routes below {@code /qmgr} of James's WebAdmin. They read what is asked, ask
 * {@link org.jamesqmgr.admin.QueueAdmin}, and write what it says as JSON.
 */
package org.jamesqmgr.admin.web;
