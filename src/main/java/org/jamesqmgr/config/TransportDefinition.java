/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.transport.AgentKind;

/** A transport the queue manager drives. */
public record TransportDefinition(TransportName name, AgentKind agent, TransportLimits limits) {}
