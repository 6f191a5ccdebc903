/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.time.Clock;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * Succeeds and throws the mail away; the next hop, or else the name of the transport, is the reason. Uses neither network nor
 * disk.
 */
public final class DiscardAgent implements DeliveryAgent {

    private final Clock clock;

    public DiscardAgent(Clock clock) {
        this.clock = clock;
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) {
        return new SpokenVerdict(
                        EnhancedStatusCode.SUCCESS, request.destination().transport().asString())
                .on(request, clock.instant());
    }
}
