/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.time.Clock;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * Fails for good, with the next hop as the reason: {@code 5.1.2 no mail for this domain}, or the text alone, which is
 * 5.0.0. Uses neither network nor disk.
 */
public final class ErrorAgent implements DeliveryAgent {

    private static final SpokenVerdict VERDICT =
            new SpokenVerdict(EnhancedStatusCode.PERMANENT, "address is undeliverable");

    private final Clock clock;

    public ErrorAgent(Clock clock) {
        this.clock = clock;
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) {
        return VERDICT.on(request, clock.instant());
    }
}
