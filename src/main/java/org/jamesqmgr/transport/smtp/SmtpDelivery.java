/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Nexthop;
import org.jamesqmgr.transport.DeliveryReport;

/**
 * One request: an idle session if there is one, then the hosts in turn, until every recipient is
 * delivered to or given up, or no host is left. For one thread, once.
 */
final class SmtpDelivery {

    private static final DeliveryStatus STOPPED =
            DeliveryStatus.local("4.3.2", "delivery broken off: the server is shutting down");
    private static final DeliveryStatus UNREADABLE =
            DeliveryStatus.local("4.3.0", "the content of the message cannot be read");

    private final SmtpParts parts;
    private final Nexthop nexthop;
    private final OutgoingMail mail;
    private final Outcomes outcomes;
    private int sessions;
    private Optional<Peer> usedBefore = Optional.empty();
    private Optional<DeliveryStatus> siteFailure = Optional.empty();

    SmtpDelivery(SmtpParts parts, Nexthop nexthop, OutgoingMail mail, Outcomes outcomes) {
        this.parts = parts;
        this.nexthop = nexthop;
        this.mail = mail;
        this.outcomes = outcomes;
    }

    /**
     * @throws IOException if the content cannot be read and no recipient's fate is decided
     */
    DeliveryReport run() throws IOException {
        try {
            useIdleSession();
            if (goOn()) {
                useHosts(parts.exchangers().find(nexthop));
            }
        } catch (IOException e) {
            if (outcomes.nothingDecided()) {
                throw e;
            }
            outcomes.reportAll(UNREADABLE, Conversation.NONE, true);
        }
        return report();
    }

    private DeliveryReport report() {
        if (!outcomes.everybodyHasAnAnswer()) {
            outcomes.reportAll(STOPPED, Conversation.NONE, true);
        }
        boolean broken = sessions == 0 && !parts.connector().closed();
        return new DeliveryReport(
                outcomes.attempts(), broken ? siteFailure : Optional.<DeliveryStatus>empty());
    }

    private boolean goOn() {
        return !outcomes.done() && !parts.connector().closed();
    }

    private void useIdleSession() throws IOException {
        Optional<SmtpSession> idle = parts.cache().take(nexthop);
        while (idle.isPresent()) {
            if (transact(idle.get(), true, false)) {
                usedBefore = Optional.of(idle.get().peer());
                return;
            }
            idle = parts.cache().take(nexthop);
        }
    }

    private void useHosts(Lookup lookup) throws IOException {
        Optional<DeliveryStatus> nowhere =
                lookup.fold(found -> Optional.empty(), failed -> Optional.of(failed.status()));
        if (nowhere.isPresent()) {
            nowhereToGo(nowhere.get());
        } else {
            useHosts(lookup.fold(Lookup.Found::candidates, failed -> List.of()));
        }
    }

    /**
     * What an idle session's host said counts more: it takes mail, whatever the names say now. As in
     * Postfix, a destination whose names cannot be looked up now counts as one that cannot be reached:
     * otherwise each of its messages would wait for the name service again.
     */
    private void nowhereToGo(DeliveryStatus status) {
        siteIsDown(status);
        if (!outcomes.everybodyHasAnAnswer()) {
            outcomes.reportAll(status, Conversation.NONE, true);
        }
    }

    private void useHosts(List<Candidate> candidates) throws IOException {
        int preference = candidates.get(0).preference();
        List<Candidate> left =
                candidates.stream()
                        .limit(unlimited(parts.settings().mxAddressLimit()))
                        .filter(candidate -> usedBefore.filter(peer(candidate)::equals).isEmpty())
                        .toList();
        for (int i = 0; i < left.size() && goOn() && sessions < sessionLimit(); i++) {
            Candidate candidate = left.get(i);
            boolean best = candidate.preference() == preference;
            useHost(peer(candidate), best, i == left.size() - 1);
        }
    }

    private void useHost(Peer peer, boolean best, boolean lastHost) throws IOException {
        boolean last = lastHost || sessions + 1 >= sessionLimit();
        Optional<SmtpSession> idle = parts.cache().take(nexthop, peer);
        while (idle.isPresent()) {
            if (transact(idle.get(), best, last)) {
                return;
            }
            idle = parts.cache().take(nexthop, peer);
        }
        long begun = parts.nanoTime().getAsLong();
        Transcript transcript = parts.notices().transcript();
        try {
            transact(parts.opener().open(nexthop, peer, transcript), best, last);
        } catch (SmtpFailure e) {
            noSession(peer, e, begun, lastHost);
            parts.notices().tell(peer, transcript, mail.sender());
        }
    }

    private void noSession(Peer peer, SmtpFailure failure, long begun, boolean last) {
        DeliveryStatus status = failure.status();
        boolean connected = failure.stage() != SmtpFailure.Stage.CONNECTING;
        Duration setup = Duration.ofNanos(Math.max(0, parts.nanoTime().getAsLong() - begun));
        Conversation conversation =
                new Conversation(
                        connected ? peer.relay() : Conversation.NONE.relay(),
                        connected ? 1 : 0,
                        setup,
                        Duration.ZERO);
        siteIsDown(status);
        outcomes.reportAll(status, conversation, last);
    }

    private void siteIsDown(DeliveryStatus status) {
        siteFailure = Optional.of(status).filter(found -> !found.code().permanent());
    }

    /** False if the session turned out to be dead before anything was said. */
    private boolean transact(SmtpSession session, boolean best, boolean last) throws IOException {
        MailTransaction transaction =
                new MailTransaction(session, parts.settings().timeLimits(), mail, outcomes, last);
        boolean finished = false;
        try {
            MailTransaction.Result result = transaction.run();
            finished = true;
            return used(session, result, best);
        } finally {
            if (!finished) {
                session.drop();
            }
        }
    }

    private boolean used(SmtpSession session, MailTransaction.Result result, boolean best) {
        if (result == MailTransaction.Result.STALE) {
            session.quit();
            return false;
        }
        sessions++;
        parts.notices().tell(session.peer(), session.connection().transcript(), mail.sender());
        parts.cache().put(nexthop, session, best);
        return true;
    }

    private Peer peer(Candidate candidate) {
        int port = nexthop.port() == 0 ? parts.settings().defaultPort() : nexthop.port();
        return new Peer(candidate, port);
    }

    private int sessionLimit() {
        return unlimited(parts.settings().mxSessionLimit());
    }

    private static int unlimited(int limit) {
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }
}
