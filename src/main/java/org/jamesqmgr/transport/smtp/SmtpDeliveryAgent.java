/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Nexthop;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;

/**
 * Delivers to other servers over SMTP (RFC 5321), as Postfix's client does, with its texts.
 *
 * <p>A delivery blocks its thread, for as long as the time limits of the settings allow: they are
 * kept however slowly a server speaks or listens. An interrupt of the thread does nothing; {@link
 * #close} ends what is in progress.
 */
public final class SmtpDeliveryAgent implements DeliveryAgent {

    /** Connections that wait for more mail, over all destinations. */
    private static final int IDLE_CONNECTIONS = 200;

    private final Clock clock;
    private final SmtpParts parts;

    /**
     * @param notices for servers that do not keep to SMTP
     * @param clock for the times in attempts
     * @param nanoTime for durations
     * @param timer closes connections whose time is over, and idle ones. Its tasks do not wait for the
     *     network. Must keep going until after {@link #close}, which leaves it running, and should
     *     forget cancelled tasks: there is at least one for each connection
     */
    public SmtpDeliveryAgent(
            SmtpSettings settings,
            Exchangers exchangers,
            Credentials credentials,
            ProtocolNotices notices,
            Clock clock,
            LongSupplier nanoTime,
            ScheduledExecutorService timer) {
        this.clock = clock;
        Connector connector = new Connector(settings, timer, nanoTime);
        this.parts =
                new SmtpParts(
                        settings,
                        exchangers,
                        connector,
                        new SessionOpener(settings, credentials, connector, nanoTime),
                        new ConnectionCache(
                                settings.connectionCacheTimeLimit(), IDLE_CONNECTIONS, timer),
                        notices,
                        nanoTime);
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        Instant begun = clock.instant();
        Optional<Nexthop> nexthop = Nexthop.parse(request.destination().nexthop());
        if (nexthop.isEmpty()) {
            return misconfigured(request, begun);
        }
        Outcomes outcomes = new Outcomes(request.message().id(), begun, request.recipients());
        OutgoingMail mail = new OutgoingMail(request.message().envelope(), request.content());
        return new SmtpDelivery(parts, nexthop.get(), mail, outcomes).run();
    }

    /** Idle connections end with QUIT, those in use at once. */
    @Override
    public void close() {
        parts.cache().close();
        parts.connector().close();
    }

    private static DeliveryReport misconfigured(DeliveryRequest request, Instant begun) {
        DeliveryStatus status =
                DeliveryStatus.local(
                        "4.3.5",
                        "mail transport configuration error: no next hop: "
                                + request.destination());
        List<Attempt> attempts =
                request.recipients().stream()
                        .map(recipient -> failed(recipient, status, begun))
                        .toList();
        return DeliveryReport.of(attempts);
    }

    private static Attempt failed(MailAddress recipient, DeliveryStatus status, Instant time) {
        return Attempt.immediate(time, RecipientOutcome.of(recipient, status));
    }
}
