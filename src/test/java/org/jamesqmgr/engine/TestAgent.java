/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;

/** Delivers as the test says: all is well unless an address or the site was told otherwise. */
final class TestAgent implements DeliveryAgent {

    static final DeliveryStatus SENT = DeliveryStatus.local("2.0.0", "250 ok");

    private final Clock clock;
    private final Map<MailAddress, DeliveryStatus> fates = new ConcurrentHashMap<>();
    private final List<DeliveryRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private volatile Optional<DeliveryStatus> siteFailure = Optional.empty();
    private volatile Optional<IOException> unreadable = Optional.empty();
    private volatile Optional<Error> defect = Optional.empty();
    private volatile Optional<DeliveryStatus> onBreakOff = Optional.empty();
    private volatile DeliveryStatus usual = SENT;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    TestAgent(Clock clock) {
        this.clock = clock;
    }

    void fate(MailAddress recipient, String code, String reason) {
        fates.put(recipient, DeliveryStatus.local(code, reason));
    }

    void works(MailAddress recipient) {
        fates.remove(recipient);
    }

    void siteIsDown(String code, String reason) {
        siteFailure = Optional.of(DeliveryStatus.local(code, reason));
    }

    void siteIsUp() {
        siteFailure = Optional.empty();
    }

    void cannotRead() {
        unreadable = Optional.of(new IOException("damaged"));
    }

    /** Deliveries end with this until {@link #isMended}. */
    void isBroken(Error how) {
        defect = Optional.of(how);
    }

    void isMended() {
        defect = Optional.empty();
    }

    /** What comes of the deliveries that are broken off; of those without a fate of their own. */
    void breaksOffAs(String code, String reason) {
        onBreakOff = Optional.of(DeliveryStatus.local(code, reason));
    }

    /** Deliveries wait until {@link #letGo}. */
    void block() {
        gate = new CountDownLatch(1);
    }

    void letGo() {
        gate.countDown();
    }

    List<DeliveryRequest> requests() {
        return List.copyOf(requests);
    }

    int inside() {
        return inside.get();
    }

    int peak() {
        return peak.get();
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        requests.add(request);
        peak.accumulateAndGet(inside.incrementAndGet(), Math::max);
        try {
            gate.await();
            return report(request);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            inside.decrementAndGet();
        }
    }

    private DeliveryReport report(DeliveryRequest request) throws IOException {
        if (defect.isPresent()) {
            throw defect.get();
        }
        if (unreadable.isPresent()) {
            throw unreadable.get();
        }
        Optional<DeliveryStatus> down = siteFailure;
        List<Attempt> attempts =
                request.recipients().stream()
                        .map(to -> attempt(to, down.orElse(fates.getOrDefault(to, usual))))
                        .toList();
        return new DeliveryReport(attempts, down);
    }

    private Attempt attempt(MailAddress recipient, DeliveryStatus status) {
        return Attempt.immediate(clock.instant(), RecipientOutcome.of(recipient, status));
    }

    @Override
    public void close() {
        onBreakOff.ifPresent(status -> usual = status);
        letGo();
    }
}
