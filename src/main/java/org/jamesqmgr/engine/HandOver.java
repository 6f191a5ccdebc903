/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.ContentWriter;

/**
 * A message that the consumer of another one gives to a transport, to take effect when the work on
 * the other one is complete.
 *
 * @param content readable until then
 */
public record HandOver(Envelope envelope, ContentWriter content, Provenance provenance) {}
