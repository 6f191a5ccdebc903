/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.transport.DeliveryAgent;

/**
 * A transport whose messages the engine delivers by itself.
 *
 * @param agent closed with the queue manager
 */
public record PushTransport(TransportName name, TransportLimits limits, DeliveryAgent agent) {}
