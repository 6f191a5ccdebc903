/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Instant;

/**
 * All that is known of a message.
 *
 * @param expires when its next failure is its last
 */
public record MessageView(ListedMessage listed, Instant expires, Explanation explanation) {}
