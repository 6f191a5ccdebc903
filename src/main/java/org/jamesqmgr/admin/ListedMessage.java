/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.Optional;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueuedMessage;

/**
 * A message as a listing has it.
 *
 * @param suspension what keeps it from being tried, if an operator suspended something
 * @param server which other server has it in work, if one has
 */
public record ListedMessage(
        QueuedMessage message, Optional<Suspension> suspension, Optional<String> server) {

    /** One that nobody works on, and nothing keeps from anything. */
    public static ListedMessage aside(QueuedMessage message) {
        return new ListedMessage(message, Optional.empty(), Optional.empty());
    }
}
