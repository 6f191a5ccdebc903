/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.time.Clock;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * Fails for now, with the next hop as the reason: {@code 4.3.2 moving house}, or the text alone, which is 4.0.0. Uses
 * neither network nor disk.
 */
public final class RetryAgent implements DeliveryAgent {

    private static final SpokenVerdict VERDICT =
            new SpokenVerdict(EnhancedStatusCode.TEMPORARY, "delivery is suspended");

    private final Clock clock;

    public RetryAgent(Clock clock) {
        this.clock = clock;
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) {
        return VERDICT.on(request, clock.instant());
    }
}
