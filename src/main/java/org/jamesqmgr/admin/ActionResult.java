/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.Optional;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueuedMessage;

/**
 * What became of an action on one message.
 *
 * @param detail for a person; or empty
 * @param newId under which the message goes on that was requeued
 */
public record ActionResult(
        QueueId id, ActionOutcome outcome, String detail, Optional<QueueId> newId) {

    static ActionResult done(QueuedMessage message) {
        return of(message.id(), ActionOutcome.DONE);
    }

    static ActionResult of(QueueId id, ActionOutcome outcome) {
        return of(id, outcome, "");
    }

    static ActionResult of(QueueId id, ActionOutcome outcome, String detail) {
        return new ActionResult(id, outcome, detail, Optional.empty());
    }
}
