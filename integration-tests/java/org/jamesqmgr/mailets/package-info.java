/* SPDX-License-Identifier: Apache-2.0 */
/** What a test puts into the server it starts; nothing of it runs in the test itself. */
package org.jamesqmgr.mailets;
