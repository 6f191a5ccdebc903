/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.local;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.inject.Inject;
import javax.inject.Provider;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailetcontainer.api.LocalResources;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.OwnTrouble;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.transport.DeliveryAgent;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers into the mailboxes of this server, one recipient after the other, through James's mailet
 * LocalDelivery, and reports what became of each.
 *
 * <table>
 *   <caption>Outcomes</caption>
 *   <tr><td>stored</td><td>2.0.0</td></tr>
 *   <tr><td>no such user</td><td>5.1.1, for good</td></tr>
 *   <tr><td>over quota</td><td>5.2.2, for good, as Postfix's local(8) and James without us</td></tr>
 *   <tr><td>the users cannot be looked up, LocalDelivery cannot be loaded</td><td>4.3.0</td></tr>
 *   <tr><td>any other trouble with the mailbox</td><td>4.2.0</td></tr>
 * </table>
 *
 * <p>LocalDelivery itself tries three times within seconds before it gives up.
 */
public final class LocalDeliveryAgent implements DeliveryAgent {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalDeliveryAgent.class);

    /** As in James's own pipeline. */
    private static final String STATE = "local-delivery";

    private static final int LONGEST_CHAIN = 20;

    private final Provider<LocalResources> localResources;
    private final LocalMailet mailet;
    private final LocalNotices notices;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final MailCodec codec = new MailCodec();

    @Inject
    public LocalDeliveryAgent(
            Provider<LocalResources> localResources,
            LocalMailet mailet,
            LocalNotices notices,
            Clock clock) {
        this(localResources, mailet, notices, clock, System::nanoTime);
    }

    LocalDeliveryAgent(
            Provider<LocalResources> localResources,
            LocalMailet mailet,
            LocalNotices notices,
            Clock clock,
            LongSupplier nanoTime) {
        this.localResources = localResources;
        this.mailet = mailet;
        this.notices = notices;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean parsesContent() {
        return true;
    }

    @Override
    public DeliveryReport deliver(DeliveryRequest request) throws IOException {
        requireReadable(request);
        List<Attempt> attempts = new ArrayList<>();
        for (MailAddress recipient : request.recipients()) {
            attempts.add(attempt(request, recipient));
        }
        return DeliveryReport.of(attempts);
    }

    @Override
    public void close() {
        mailet.destroy();
    }

    private static void requireReadable(DeliveryRequest request) throws IOException {
        try (InputStream in = request.content().open()) {
            in.read();
        }
    }

    private Attempt attempt(DeliveryRequest request, MailAddress recipient) {
        Instant begun = clock.instant();
        long start = nanoTime.getAsLong();
        DeliveryStatus status = status(request, recipient);
        Duration took = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - start));
        return new Attempt(
                begun,
                RecipientOutcome.of(recipient, status),
                new Conversation("local", 0, Duration.ZERO, took));
    }

    private DeliveryStatus status(DeliveryRequest request, MailAddress recipient) {
        return refusal(request, recipient)
                .or(() -> loading(request))
                .orElseGet(() -> store(request, recipient));
    }

    private Optional<DeliveryStatus> loading(DeliveryRequest request) {
        try {
            mailet.load();
            return Optional.empty();
        } catch (MessagingException | RuntimeException | Error e) {
            LOGGER.error("James's mailet LocalDelivery cannot be loaded", e);
            notices.notLoaded(request.message(), e);
            return Optional.of(OwnTrouble.LOCAL_DELIVERY.because(said(e)));
        }
    }

    /** LocalDelivery would make a mailbox for anybody. */
    private Optional<DeliveryStatus> refusal(DeliveryRequest request, MailAddress recipient) {
        try {
            return localResources.get().isLocalEmail(recipient)
                    ? Optional.empty()
                    : Optional.of(
                            DeliveryStatus.local(
                                    "5.1.1", "unknown user: \"" + recipient.asString() + "\""));
        } catch (RuntimeException | Error e) {
            LOGGER.warn("{} cannot be looked up among the users", recipient.asString(), e);
            notices.notLookedUp(request.message(), recipient, e);
            return Optional.of(OwnTrouble.USERS.because(said(e)));
        }
    }

    private DeliveryStatus store(DeliveryRequest request, MailAddress recipient) {
        try {
            storeOnce(request, recipient);
            return DeliveryStatus.local("2.0.0", "delivered to mailbox");
        } catch (MessagingException | RuntimeException | Error e) {
            LOGGER.warn("{}: not delivered to {}", request.message().id(), recipient.asString(), e);
            if (isOverQuota(e)) {
                return OwnTrouble.MAILBOX_FULL.because(said(e));
            }
            notices.notStored(request.message(), recipient, e);
            return OwnTrouble.MAILBOX.because(said(e));
        }
    }

    /** On a mail of its own: LocalDelivery changes the header for each recipient. */
    private void storeOnce(DeliveryRequest request, MailAddress recipient)
            throws MessagingException {
        MailImpl mail = codec.mailOf(request.message(), request.content());
        try {
            mail.setRecipients(List.of(recipient));
            mail.setState(STATE);
            mailet.deliver(mail);
            requireConsumed(mail);
        } finally {
            mail.dispose();
        }
    }

    private static void requireConsumed(Mail mail) throws MessagingException {
        if (!Mail.GHOST.equals(mail.getState())) {
            throw new MessagingException("LocalDelivery has not taken the mail");
        }
    }

    private static boolean isOverQuota(Throwable trouble) {
        return chain(trouble).stream().anyMatch(OverQuotaException.class::isInstance);
    }

    /** The words of the innermost cause that has any: James and Reactor wrap it several times. */
    private static String said(Throwable trouble) {
        return chain(trouble).stream()
                .filter(cause -> cause.getMessage() != null && !cause.getMessage().isBlank())
                .reduce((outer, inner) -> inner)
                .map(Throwable::getMessage)
                .orElse(trouble.getClass().getSimpleName());
    }

    private static List<Throwable> chain(Throwable trouble) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = trouble;
                cause != null && chain.size() < LONGEST_CHAIN;
                cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
