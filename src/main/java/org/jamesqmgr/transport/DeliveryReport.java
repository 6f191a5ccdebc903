/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;

/**
 * What came of a request.
 *
 * @param attempts one for each recipient
 * @param siteFailure set if no session with the destination came about (connect, greeting, EHLO, TLS):
 *     negative feedback, and the reason if it is declared dead. A destination that refused a sender,
 *     a recipient or a message works
 */
public record DeliveryReport(List<Attempt> attempts, Optional<DeliveryStatus> siteFailure) {

    public DeliveryReport {
        attempts = List.copyOf(attempts);
    }

    public static DeliveryReport of(List<Attempt> attempts) {
        return new DeliveryReport(attempts, Optional.empty());
    }
}
