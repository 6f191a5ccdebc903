/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.Optional;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueuedMessage;

/**
 * A message as a listing has it.
 *
 * @param suspension what keeps it from being tried, if an operator suspended something
 */
public record ListedMessage(QueuedMessage message, Optional<Suspension> suspension) {}
