/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.mail.MessagingException;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.quota.QuotaSizeLimit;
import org.apache.james.core.quota.QuotaSizeUsage;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailetcontainer.api.LocalResources;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.base.GenericMailet;
import org.apache.mailet.base.test.FakeMailContext;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent between the engine and James's mailet; the mailet is played by the test. */
@Tag("T7")
class LocalDeliveryAgentTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final TransportName LOCAL = new TransportName("local");
    private static final byte[] RAW = "Subject: x\r\n\r\nbody\r\n".getBytes(US_ASCII);

    private final Users users = new Users();
    private final Mailboxes mailboxes = new Mailboxes();
    private final AtomicLong nanos = new AtomicLong();
    private final RecordingNoticeDesk notices = new RecordingNoticeDesk();
    private int loads;
    private boolean loadable = true;

    private final LocalDeliveryAgent agent =
            new LocalDeliveryAgent(
                    () -> users,
                    new LocalMailet(() -> this::load, FakeMailContext::defaultContext),
                    new LocalNotices(notices, DoubleBounce.of("double-bounce", "x.example")),
                    Clock.fixed(START, ZoneOffset.UTC),
                    nanos::get);

    private GenericMailet load(MailetConfig config) throws MessagingException {
        if (!loadable) {
            throw new MessagingException("no such class");
        }
        loads++;
        mailboxes.init(config);
        return mailboxes;
    }

    /** Stands for LocalDelivery. */
    private final class Mailboxes extends GenericMailet {

        private final List<String> stored = new ArrayList<>();
        private final Map<String, Throwable> trouble = new HashMap<>();
        private boolean destroyed;

        @Override
        public void service(Mail mail) throws MessagingException {
            assertThat(getInitParameter("onMailetException")).isEqualTo("propagate");
            nanos.addAndGet(Duration.ofMillis(7).toNanos());
            String recipient = mail.getRecipients().iterator().next().asString();
            mail.getMessage().addHeader("X-For", recipient);
            if (trouble.get(recipient) instanceof Error) {
                throw (Error) trouble.get(recipient);
            }
            if (trouble.containsKey(recipient)) {
                throw (RuntimeException) trouble.get(recipient);
            }
            stored.add(
                    mail.getState()
                            + " "
                            + mail.getRecipients()
                            + " "
                            + List.of(mail.getMessage().getHeader("X-For")));
            mail.setState(Mail.GHOST);
        }

        @Override
        public void destroy() {
            destroyed = true;
        }
    }

    private static final class Users implements LocalResources {

        private Set<String> known = Set.of("a@x.example", "b@x.example", "c@x.example");
        private boolean down;

        @Override
        public boolean isLocalEmail(MailAddress address) {
            if (down) {
                throw new IllegalStateException(
                        "Unable to retrieve users", new IOException("LDAP is down"));
            }
            return known.contains(address.asString());
        }

        @Override
        public boolean isLocalServer(Domain domain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isLocalUser(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Collection<MailAddress> localEmails(Collection<MailAddress> addresses) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void eachRecipientShouldGetAMailOfItsOwn() throws Exception {
        List<Attempt> attempts = deliver("a@x.example", "b@x.example");

        assertThat(mailboxes.stored)
                .containsExactly(
                        "local-delivery [a@x.example] [a@x.example]",
                        "local-delivery [b@x.example] [b@x.example]");
        assertThat(outcomes(attempts))
                .containsExactly(
                        "a@x.example 2.0.0 delivered to mailbox",
                        "b@x.example 2.0.0 delivered to mailbox");
        assertThat(attempts)
                .allSatisfy(
                        attempt -> {
                            assertThat(attempt.time()).isEqualTo(START);
                            assertThat(attempt.conversation().relay()).isEqualTo("local");
                            assertThat(attempt.conversation().duration())
                                    .isEqualTo(Duration.ofMillis(7));
                        });
    }

    @Test
    void eachRecipientShouldHaveItsOwnFate() throws Exception {
        mailboxes.trouble.put(
                "b@x.example",
                new IllegalStateException(
                        "Retries exhausted: 3/3",
                        new MessagingException(
                                "Unable to access mailbox.",
                                new MailboxException("table locked"))));

        assertThat(
                        outcomes(
                                deliver(
                                        "a@x.example",
                                        "b@x.example",
                                        "nobody@x.example",
                                        "c@x.example")))
                .containsExactly(
                        "a@x.example 2.0.0 delivered to mailbox",
                        "b@x.example 4.2.0 mailbox trouble: table locked",
                        "nobody@x.example 5.1.1 unknown user: \"nobody@x.example\"",
                        "c@x.example 2.0.0 delivered to mailbox");
    }

    @Test
    void errorAtOneRecipientShouldNotHaveTheOthersDeliveredToAgain() throws Exception {
        mailboxes.trouble.put("b@x.example", new StackOverflowError("parts within parts"));

        assertThat(outcomes(deliver("a@x.example", "b@x.example", "c@x.example")))
                .containsExactly(
                        "a@x.example 2.0.0 delivered to mailbox",
                        "b@x.example 4.2.0 mailbox trouble: parts within parts",
                        "c@x.example 2.0.0 delivered to mailbox");
    }

    @Test
    void fullMailboxShouldBeFinal() throws Exception {
        mailboxes.trouble.put(
                "a@x.example",
                new IllegalStateException(
                        new OverQuotaException(
                                "You have too much in it",
                                QuotaSizeLimit.size(1),
                                QuotaSizeUsage.size(2))));

        assertThat(outcomes(deliver("a@x.example")))
                .containsExactly("a@x.example 5.2.2 mailbox is full: You have too much in it");
    }

    @Test
    @Tag("D1")
    void directoryThatIsDownShouldLetTheMailWait() throws Exception {
        users.down = true;

        assertThat(outcomes(deliver("a@x.example")))
                .containsExactly("a@x.example 4.3.0 users cannot be looked up: LDAP is down");
        assertThat(mailboxes.stored).isEmpty();
    }

    @Test
    @Tag("N1")
    void directoryThatIsDownShouldBeToldAsTroubleWithData() throws Exception {
        users.down = true;

        deliver("a@x.example");

        Notice notice = notices.only();
        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.DATA);
        assertThat(notice.cause())
                .isEqualTo("local delivery: users cannot be looked up, IOException");
        assertThat(notice.text()).anyMatch(line -> line.contains("LDAP is down"));
    }

    @Test
    @Tag("N1")
    void troubleOfAMailboxShouldBeToldAsWhatItIs() throws Exception {
        mailboxes.trouble.put("a@x.example", new IllegalStateException("bug"));
        mailboxes.trouble.put(
                "b@x.example",
                new IllegalStateException(new IOException("/var/x: Too many open files")));
        mailboxes.trouble.put(
                "c@x.example", new IllegalStateException(new SQLException("no connection")));

        deliver("a@x.example", "b@x.example", "c@x.example");

        assertThat(notices.notices())
                .extracting(Notice::noticeClass)
                .containsExactly(NotifyClass.SOFTWARE, NotifyClass.RESOURCE, NotifyClass.DATA);
    }

    @Test
    @Tag("N1")
    void whatIsNobodysFaultShouldNotBeTold() throws Exception {
        mailboxes.trouble.put(
                "a@x.example",
                new IllegalStateException(
                        new OverQuotaException(
                                "too much", QuotaSizeLimit.size(1), QuotaSizeUsage.size(2))));

        deliver("a@x.example", "nobody@x.example");

        assertThat(notices.notices()).isEmpty();
    }

    @Test
    void mailetThatCannotBeLoadedShouldLetTheMailWait() throws Exception {
        loadable = false;
        assertThat(outcomes(deliver("a@x.example")))
                .containsExactly("a@x.example 4.3.0 LocalDelivery cannot be loaded: no such class");

        loadable = true;
        deliver("a@x.example");
        deliver("a@x.example");

        assertThat(mailboxes.stored).hasSize(2);
        assertThat(loads).isEqualTo(1);
    }

    @Test
    void mailetShouldEndWithTheAgent() throws Exception {
        deliver("a@x.example");

        agent.close();

        assertThat(mailboxes.destroyed).isTrue();
    }

    @Test
    void contentThatCannotBeReadShouldReachNobody() throws Exception {
        Content gone =
                new Content() {
                    @Override
                    public long size() {
                        return RAW.length;
                    }

                    @Override
                    public InputStream open() throws IOException {
                        throw new IOException("gone");
                    }
                };

        assertThatThrownBy(() -> agent.deliver(request(gone, "a@x.example")))
                .isInstanceOf(IOException.class);
        assertThat(mailboxes.stored).isEmpty();
    }

    @Test
    @Tag("Q11")
    void crashesShouldBeBlamedOnTheMessage() {
        assertThat(agent.parsesContent()).isTrue();
    }

    private List<Attempt> deliver(String... recipients) throws Exception {
        Content content =
                new Content() {
                    @Override
                    public long size() {
                        return RAW.length;
                    }

                    @Override
                    public InputStream open() {
                        return new ByteArrayInputStream(RAW);
                    }
                };
        DeliveryReport report = agent.deliver(request(content, recipients));
        assertThat(report.siteFailure()).isEmpty();
        return report.attempts();
    }

    private static DeliveryRequest request(Content content, String... recipients) throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail")
                        .sender("sender@origin.example")
                        .addRecipients(recipients)
                        .build();
        mail.setMessage(new javax.mail.internet.MimeMessage(null, new ByteArrayInputStream(RAW)));
        Envelope envelope = new MailCodec().envelopeOf(mail, LOCAL, START, Duration.ZERO);
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId(START.getEpochSecond() * 1_000_000, 7),
                        QueueName.ACTIVE,
                        envelope,
                        envelope.recipients().stream().map(Recipient::pending).toList(),
                        MessageStatus.accepted(envelope),
                        List.of(),
                        content.size());
        return new DeliveryRequest(
                message, content, new Destination(LOCAL, "x.example"), envelope.recipients());
    }

    private static List<String> outcomes(List<Attempt> attempts) {
        return attempts.stream()
                .map(Attempt::outcome)
                .map(
                        outcome ->
                                outcome.recipient().asString()
                                        + " "
                                        + outcome.status().code()
                                        + " "
                                        + outcome.status().reason())
                .toList();
    }
}
