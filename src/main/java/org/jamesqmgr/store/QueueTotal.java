/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;

/**
 * What one queue has for one transport.
 *
 * @param bytes of the contents, each rounded up to a kibibyte
 * @param oldest when the oldest of them was taken under its present id
 */
public record QueueTotal(
        TransportName transport, QueueName queue, long messages, long bytes, Instant oldest) {}
