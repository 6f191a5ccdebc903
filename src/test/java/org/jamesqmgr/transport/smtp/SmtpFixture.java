/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.Ports;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.jamesqmgr.testing.ScriptedSmtpServer;
import org.jamesqmgr.testing.SettableClock;
import org.jamesqmgr.transport.DeliveryReport;
import org.jamesqmgr.transport.DeliveryRequest;

/**
 * An agent, the servers it finds for any next hop, and mail for it. All hosts are loopback; a next
 * hop names the port, hosts beyond the first have addresses of their own in 127/8.
 */
final class SmtpFixture implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    static final Duration SHORT = Duration.ofMillis(300);
    static final Duration LONG = Duration.ofSeconds(20);
    static final String MESSAGE = "Subject: test\r\n\r\nhello\r\n";

    static final DoubleBounce DOUBLE_BOUNCE = DoubleBounce.of("double-bounce", "client.test");

    private static final TransportName SMTP = new TransportName("smtp");

    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Executors.defaultThreadFactory());
    private final List<Candidate> candidates = new ArrayList<>();
    private final SettableClock clock = new SettableClock(NOW);
    final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    SmtpSettings settings = settings(limits(LONG));
    Credentials credentials = Credentials.NONE;
    final RecordingNoticeDesk notices = new RecordingNoticeDesk();
    Exchangers exchangers = nexthop -> new Lookup.Found(candidates);
    private SmtpDeliveryAgent agent;

    SmtpFixture() {
        candidates.add(candidate("mx.test", "127.0.0.1", 10));
    }

    static Candidate candidate(String name, String address, int preference) {
        try {
            return new Candidate(name, InetAddress.getByName(address), preference);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    /** The same for every phase. */
    static SmtpTimeLimits limits(Duration each) {
        return new SmtpTimeLimits(each, each, each, each, each, each, each, each, each, each);
    }

    static SmtpSettings settings(SmtpTimeLimits limits) {
        SmtpSettings usual = SmtpSettings.defaults();
        return new SmtpSettings(
                "client.test",
                "",
                limits,
                usual.tlsSecurityLevel(),
                true,
                usual.mxAddressLimit(),
                usual.mxSessionLimit(),
                usual.connectionCacheTimeLimit(),
                usual.connectionReuseTimeLimit(),
                usual.connectionReuseCountLimit(),
                usual.defaultPort(),
                usual.skip5xxGreeting());
    }

    static SmtpSettings withTls(SmtpSettings settings, TlsSecurityLevel level) {
        return new SmtpSettings(
                settings.heloName(),
                settings.bindAddress(),
                settings.timeLimits(),
                level,
                settings.saslPlaintext(),
                settings.mxAddressLimit(),
                settings.mxSessionLimit(),
                settings.connectionCacheTimeLimit(),
                settings.connectionReuseTimeLimit(),
                settings.connectionReuseCountLimit(),
                settings.defaultPort(),
                settings.skip5xxGreeting());
    }

    static SmtpSettings withReuse(SmtpSettings settings, Duration idle, Duration age, int uses) {
        return new SmtpSettings(
                settings.heloName(),
                settings.bindAddress(),
                settings.timeLimits(),
                settings.tlsSecurityLevel(),
                settings.saslPlaintext(),
                settings.mxAddressLimit(),
                settings.mxSessionLimit(),
                idle,
                age,
                uses,
                settings.defaultPort(),
                settings.skip5xxGreeting());
    }

    /** The hosts of every next hop, in this order. */
    void hosts(Candidate... hosts) {
        candidates.clear();
        candidates.addAll(Arrays.asList(hosts));
    }

    SmtpDeliveryAgent agent() {
        if (agent == null) {
            timer.setRemoveOnCancelPolicy(true);
            agent =
                    new SmtpDeliveryAgent(
                            settings,
                            exchangers,
                            credentials,
                            new ProtocolNotices(notices, DOUBLE_BOUNCE),
                            clock,
                            System::nanoTime,
                            timer);
        }
        return agent;
    }

    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    String relay() {
        return "mx.test[127.0.0.1]:" + server.port();
    }

    DeliveryReport deliver(String... recipients) throws IOException {
        return deliverContent(MESSAGE, recipients);
    }

    DeliveryReport deliverContent(String content, String... recipients) throws IOException {
        return agent().deliver(
                        request(
                                envelope(recipients),
                                content.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** The status of the only recipient. */
    DeliveryStatus fate() throws IOException {
        return fate(deliver("a@target.test"), 0);
    }

    static DeliveryStatus fate(DeliveryReport report, int recipient) {
        return report.attempts().get(recipient).outcome().status();
    }

    static List<String> codes(DeliveryReport report) {
        return report.attempts().stream()
                .map(Attempt::outcome)
                .map(outcome -> outcome.status().code().asString())
                .toList();
    }

    static Envelope envelope(String... recipients) {
        return EnvelopeBuilder.mail(SMTP, NOW).to(recipients).build();
    }

    DeliveryRequest request(Envelope envelope, byte[] content) {
        return request(envelope, inMemory(content));
    }

    DeliveryRequest request(Envelope envelope, Content content) {
        return new DeliveryRequest(
                message(envelope, content.size()),
                content,
                new Destination(SMTP, "[mx.test]:" + server.port()),
                envelope.recipients());
    }

    static Content inMemory(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }

    private static QueuedMessage message(Envelope envelope, long size) {
        Stream<MailAddress> recipients = envelope.recipients().stream();
        return new QueuedMessage(
                new QueueId(1, 1),
                QueueName.ACTIVE,
                envelope,
                recipients.map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                size);
    }

    /** A port on which nobody listens. */
    static int deadPort() throws IOException {
        return Ports.free();
    }

    @Override
    public void close() {
        agent().close();
        server.close();
        timer.shutdownNow();
    }
}
