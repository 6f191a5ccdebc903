/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.TypeLiteral;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.james.dnsservice.api.InMemoryDNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.RawMailQueueItemDecoratorFactory;
import org.apache.james.queue.memory.MemoryMailQueueFactory;
import org.apache.james.rrt.api.CanSendFrom;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.lib.MappingsImpl;
import org.apache.james.smtpserver.netty.SMTPServer;
import org.apache.james.smtpserver.netty.SmtpMetricsImpl;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.notice.NoticeDesk;

/**
 * James's own SMTP server on a port of loopback, with our handlers in front of its own and its JMX
 * statistics of handlers on. It has the one domain good.test with the one user alice.
 */
final class JamesSmtpServer implements AutoCloseable {

    static final String PASSWORD = "Sesame2Open";

    private static final String CONFIGURATION =
            """
            <smtpserver enabled="true">
              <jmxName>qmgr-smtp-test</jmxName>
              <bind>127.0.0.1:0</bind>
              <helloName autodetect="false">mail.good.test</helloName>
              <auth><announce>always</announce><requireSSL>false</requireSSL></auth>
              <verifyIdentity>false</verifyIdentity>
              <maxmessagesize>100</maxmessagesize>
              <addressBracketsEnforcement>true</addressBracketsEnforcement>
              <handlerchain enableJmx="true">
                <handler class="org.jamesqmgr.james.smtp.SessionTranscript"/>
                <handler class="org.jamesqmgr.james.smtp.QueueSpaceGuard"/>
                <handler class="org.jamesqmgr.james.smtp.ExplodingHook"/>
                <handler class="org.apache.james.smtpserver.fastfail.ValidRcptHandler"/>
                <handler class="org.apache.james.smtpserver.CoreCmdHandlerLoader"/>
              </handlerchain>
            </smtpserver>
            """;

    private final AtomicBoolean usersAreDown = new AtomicBoolean();
    private final SMTPServer server;

    JamesSmtpServer(FreeSpace space, NoticeDesk notices) throws Exception {
        DNSService dns = new InMemoryDNSService();
        Injector injector = Guice.createInjector(new Parts(space, notices, dns));
        server = new SMTPServer(new SmtpMetricsImpl(new RecordingMetricFactory()));
        server.setDnsService(dns);
        server.setFileSystem(mock(FileSystem.class));
        server.setProtocolHandlerLoader(loader(injector));
        server.configure(configuration());
        server.init();
    }

    private static XMLConfiguration configuration() throws Exception {
        XMLConfiguration configuration = new XMLConfiguration();
        new FileHandler(configuration).load(new StringReader(CONFIGURATION));
        return configuration;
    }

    /** As James does it: by class name, a new one for each place in the chain. */
    private static ProtocolHandlerLoader loader(Injector injector) {
        return (name, configuration) -> {
            try {
                ProtocolHandler handler =
                        (ProtocolHandler) injector.getInstance(Class.forName(name));
                handler.init(
                        configuration == null
                                ? new BaseHierarchicalConfiguration()
                                : configuration);
                return handler;
            } catch (Exception e) {
                throw new ProtocolHandlerLoader.LoadingException(name, e);
            }
        };
    }

    private final class Parts extends AbstractModule {

        private final FreeSpace space;
        private final NoticeDesk notices;
        private final DNSService dns;

        Parts(FreeSpace space, NoticeDesk notices, DNSService dns) {
            this.space = space;
            this.notices = notices;
            this.dns = dns;
        }

        @Override
        protected void configure() {
            bind(FreeSpace.class).toInstance(space);
            bind(NoticeDesk.class).toInstance(notices);
            bind(DNSService.class).toInstance(dns);
            bind(MetricFactory.class).toInstance(new RecordingMetricFactory());
            bind(Authorizator.class)
                    .toInstance((user, other) -> Authorizator.AuthorizationState.FORBIDDEN);
            bind(CanSendFrom.class).toInstance(mock(CanSendFrom.class));
            MemoryMailQueueFactory queues =
                    new MemoryMailQueueFactory(new RawMailQueueItemDecoratorFactory());
            bind(new TypeLiteral<MailQueueFactory<?>>() {}).toInstance(queues);
            bind(new TypeLiteral<MailQueueFactory<? extends MailQueue>>() {}).toInstance(queues);
            try {
                bind(DomainList.class).toInstance(domains());
                bind(UsersRepository.class).toInstance(users());
                bind(RecipientRewriteTable.class).toInstance(rewriting());
            } catch (Exception e) {
                addError(e);
            }
        }

        private DomainList domains() throws Exception {
            DomainList domains = mock(DomainList.class);
            when(domains.containsDomain(Domain.of("good.test"))).thenReturn(true);
            return domains;
        }

        private UsersRepository users() throws Exception {
            UsersRepository users = mock(UsersRepository.class);
            when(users.getUsername(any(MailAddress.class)))
                    .thenAnswer(
                            call -> {
                                if (usersAreDown.get()) {
                                    throw new UsersRepositoryException("directory down");
                                }
                                return Username.of(call.<MailAddress>getArgument(0).asString());
                            });
            when(users.contains(Username.of("alice@good.test"))).thenReturn(true);
            when(users.test(Username.of("alice@good.test"), PASSWORD)).thenReturn(true);
            return users;
        }

        private RecipientRewriteTable rewriting() throws Exception {
            RecipientRewriteTable table = mock(RecipientRewriteTable.class);
            when(table.getResolvedMappings(any(), any())).thenReturn(MappingsImpl.empty());
            return table;
        }
    }

    /** Whether nobody can be looked up. */
    void takeUsersDown(boolean down) {
        usersAreDown.set(down);
    }

    SmtpTalk talk() throws IOException {
        InetSocketAddress address = server.getListenAddresses().get(0);
        return new SmtpTalk(address.getPort());
    }

    @Override
    public void close() {
        server.destroy();
    }
}
