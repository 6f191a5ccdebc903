/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Reads and checks {@code conf/qmgr.xml}, once, at the edge, and yields immutable settings.
 *
 * <p>{@link org.jamesqmgr.config.Parameters} is the one table of what may stand in the file.
 */
package org.jamesqmgr.config;
