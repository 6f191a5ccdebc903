/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import org.jamesqmgr.model.Destination;

/**
 * A part of an active message.
 *
 * @param underWay whether it is being delivered; else it waits for its turn
 */
public record OpenDelivery(Destination destination, int recipients, boolean underWay) {}
