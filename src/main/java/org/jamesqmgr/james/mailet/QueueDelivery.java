/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.ProcessingState;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.Nexthop;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.Transports;

/**
 * Gives a mail to a transport of the queue manager, which delivers it, retries and bounces, each
 * recipient on its own. Stands where RemoteDelivery and LocalDelivery stood, last in its processor:
 * the mail is consumed.
 *
 * <pre>{@code
 * <mailet match="All" class="org.jamesqmgr.james.mailet.QueueDelivery">
 *     <transport>smtp</transport>
 *     <nexthop>[192.0.2.1]:2525</nexthop>
 *     <bounceProcessor>bounces</bounceProcessor>
 *     <onSuccess>delivered</onSuccess>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code transport} (required): one of the transports of {@code qmgr.xml}.
 *   <li>{@code nexthop}: where the mail goes, whatever {@code transport_maps} and {@code relayhost}
 *       say. For an SMTP transport a domain, whose mail exchangers are looked up, or a host in
 *       brackets, either with a port if it is not 25. For other agents any text.
 *   <li>{@code bounceProcessor}: the processor to which mail goes that could not be delivered, with the
 *       recipients that have failed and the reason in the attribute {@code delivery-error}. Without
 *       it the sender gets a bounce.
 *   <li>{@code onSuccess}: the processor to which a copy of the mail goes, with the recipients that
 *       were delivered to.
 * </ul>
 *
 * <p>The message is delivered byte for byte as it is now. Within a run of the spooler the mail is
 * safe with the transport once the run ends well; if the pipeline fails, or the mail cannot be
 * stored, nothing of it is delivered and the whole run is repeated. On another thread (LMTP) the
 * mail is safe on return.
 */
public final class QueueDelivery extends GenericMailet {

    private static final String TRANSPORT = "transport";
    private static final String NEXTHOP = "nexthop";
    private static final String BOUNCE_PROCESSOR = "bounceProcessor";
    private static final String ON_SUCCESS = "onSuccess";
    private static final String A_PROCESSOR = "the name of a processor of mailetcontainer.xml";

    private final MailParts parts;
    private final Transports transports;

    private TransportName transport;
    private String nexthop;
    private String bounceProcessor;
    private String onSuccess;

    @Inject
    public QueueDelivery(MailParts parts, Transports transports) {
        this.parts = parts;
        this.transports = transports;
    }

    @Override
    public void init() throws MessagingException {
        Parameters parameters = new Parameters("QueueDelivery", getMailetConfig());
        parameters.allow(TRANSPORT, NEXTHOP, BOUNCE_PROCESSOR, ON_SUCCESS);
        String allowed = "a transport of qmgr.xml: " + transports;
        transport = new TransportName(parameters.required(TRANSPORT, allowed));
        AgentKind agent =
                transports
                        .agent(transport)
                        .orElseThrow(
                                () -> parameters.wrong(TRANSPORT, transport.asString(), allowed));
        nexthop = nexthop(parameters, agent);
        bounceProcessor = processor(parameters, BOUNCE_PROCESSOR);
        onSuccess = processor(parameters, ON_SUCCESS);
    }

    private static String nexthop(Parameters parameters, AgentKind agent)
            throws MessagingException {
        String allowed = "host, [host], host:port or [host]:port";
        Optional<String> found = parameters.optional(NEXTHOP, allowed);
        if (agent == AgentKind.SMTP && found.isPresent() && Nexthop.parse(found.get()).isEmpty()) {
            throw parameters.wrong(NEXTHOP, found.get(), allowed);
        }
        if (agent == AgentKind.LOCAL && found.isPresent()) {
            throw parameters.wrong(
                    NEXTHOP, found.get(), "none: it goes to mailboxes of this server");
        }
        return found.orElse("");
    }

    private static String processor(Parameters parameters, String name) throws MessagingException {
        Optional<String> found = parameters.optional(name, A_PROCESSOR);
        if (found.filter(Mail.GHOST::equals).isPresent()) {
            throw parameters.wrong(name, found.get(), A_PROCESSOR);
        }
        return found.orElse("");
    }

    /** Lets James refuse to start without the processors that are named here. */
    @Override
    public Collection<ProcessingState> requiredProcessingState() {
        return Stream.of(bounceProcessor, onSuccess)
                .filter(name -> !name.isEmpty())
                .map(ProcessingState::new)
                .toList();
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        if (!mail.getRecipients().isEmpty()) {
            parts.handOver(mail, transport, this::configured);
        }
        mail.setState(Mail.GHOST);
    }

    private Envelope configured(Envelope envelope) {
        DeliveryOptions asked = envelope.options();
        DeliveryOptions options =
                new DeliveryOptions(
                        nexthop, asked.returned(), asked.envelopeId(), asked.recipients());
        return noted(
                EnvelopeNote.ON_SUCCESS,
                onSuccess,
                noted(
                        EnvelopeNote.BOUNCE_PROCESSOR,
                        bounceProcessor,
                        inTurn(envelope.withOptions(options))));
    }

    /** Deliveries take turns by destination; priority is for the pipeline. */
    private static Envelope inTurn(Envelope envelope) {
        return envelope.withPriority(Envelope.NORMAL_PRIORITY);
    }

    private static Envelope noted(EnvelopeNote note, String text, Envelope envelope) {
        return text.isEmpty() ? envelope : note.put(envelope, text);
    }

    @Override
    public String getMailetInfo() {
        return "QueueDelivery";
    }
}
