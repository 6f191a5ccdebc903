/* SPDX-License-Identifier: Apache-2.0 */
/** Mailets that a test puts into the server it starts; nothing of them runs in the test itself. */
package org.jamesqmgr.mailets;
