/* SPDX-License-Identifier: Apache-2.0 */
/** The administrator's programs, as a shell runs them, on a running server and without one. */
package org.jamesqmgr.tools;
