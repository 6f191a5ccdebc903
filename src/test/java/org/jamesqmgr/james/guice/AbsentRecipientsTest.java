/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import com.google.inject.ProvisionException;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.dnsservice.api.InMemoryDNSService;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.rrt.api.RecipientRewriteTableConfiguration;
import org.apache.james.rrt.lib.MappingSource;
import org.apache.james.rrt.memory.MemoryRecipientRewriteTable;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.apache.james.user.memory.MemoryUsersRepository;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.config.ReportingSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N2")
class AbsentRecipientsTest {

    private static final Domain LOCAL = Domain.of("local.example");
    private static final MailAddress POSTMASTER = address("postmaster@local.example");

    private final MemoryDomainList domains = new MemoryDomainList(new InMemoryDNSService());
    private final MemoryRecipientRewriteTable rewriting = new MemoryRecipientRewriteTable();
    private UsersRepository users;

    @BeforeEach
    void fillTheServer() throws Exception {
        domains.configure(
                DomainListConfiguration.builder()
                        .autoDetect(false)
                        .autoDetectIp(false)
                        .defaultDomain(LOCAL)
                        .build());
        users = MemoryUsersRepository.withVirtualHosting(domains);
        users.addUser(Username.of("alice@local.example"), "secret");
        rewriting.setDomainList(domains);
        rewriting.setUsersRepository(users);
        rewriting.setConfiguration(RecipientRewriteTableConfiguration.DEFAULT_ENABLED);
    }

    @Test
    void postmasterOfAFreshServerShouldBeReportedOnce() throws Exception {
        assertThat(report(""))
                .containsExactly(
                        "notices of resource, software go to postmaster@local.example"
                                + " (error_notice_recipient in conf/qmgr.xml), but nobody reads"
                                + " them: no such user, and no mapping to one");
    }

    @Test
    void userShouldNotBeReported() throws Exception {
        users.addUser(Username.of("postmaster@local.example"), "secret");

        assertThat(report("")).isEmpty();
    }

    @Test
    void addressThatIsRewrittenShouldNotBeReported() throws Exception {
        rewriting.addAliasMapping(
                MappingSource.fromUser("postmaster", LOCAL), "alice@local.example");

        assertThat(report("")).isEmpty();
    }

    @Test
    void addressThatIsRewrittenToAnErrorShouldBeReported() throws Exception {
        rewriting.addErrorMapping(MappingSource.fromUser("postmaster", LOCAL), "550 gone");

        assertThat(report("")).singleElement().asString().contains("nobody reads them");
    }

    @Test
    void addressOfAnotherServerShouldNotBeReported() throws Exception {
        assertThat(report("<error_notice_recipient>admin@remote.example</error_notice_recipient>"))
                .isEmpty();
    }

    @Test
    void classThatIsOffShouldNotBeReported() throws Exception {
        assertThat(report("<notify_classes></notify_classes>")).isEmpty();
    }

    @Test
    void eachAddressShouldBeReportedWithItsParameters() throws Exception {
        assertThat(
                        report(
                                """
                                <notify_classes>bounce, delay, policy, data</notify_classes>
                                <bounce_notice_recipient>alice</bounce_notice_recipient>
                                <policy_notice_recipient>abuse</policy_notice_recipient>
                                """))
                .extracting(line -> line.substring(0, line.indexOf(" in conf/")))
                .containsExactly(
                        "notices of policy go to abuse@local.example (policy_notice_recipient",
                        "notices of 2bounce, delay, data go to postmaster@local.example"
                                + " (2bounce_notice_recipient, delay_notice_recipient,"
                                + " error_notice_recipient");
    }

    @Test
    void failingLookupShouldOnlySayThatItFailed() throws Exception {
        users = failing(new UsersRepositoryException("the directory is down"));

        assertThat(report(""))
                .singleElement()
                .asString()
                .startsWith("notices of resource, software go to postmaster@local.example")
                .contains("whether there is such a user could not be checked")
                .contains("the directory is down");
    }

    @Test
    void breakingLookupShouldOnlySayThatItFailed() throws Exception {
        users = failing(new IllegalStateException("no connection"));

        assertThat(report("")).singleElement().asString().contains("could not be checked");
    }

    @Test
    void unknownDefaultDomainShouldOnlyBeSaid() throws Exception {
        AbsentRecipients recipients =
                new AbsentRecipients(
                        settings(""),
                        () -> {
                            throw new ProvisionException("no default domain");
                        },
                        domains,
                        users,
                        rewriting);

        assertThat(recipients.report())
                .singleElement()
                .asString()
                .contains("could not be found out", "no default domain");
    }

    private List<String> report(String elements) throws Exception {
        ReportingSettings settings = settings(elements);
        return new AbsentRecipients(
                        settings,
                        () -> NoticeAddresses.of(settings.notices(), POSTMASTER, LOCAL),
                        domains,
                        users,
                        rewriting)
                .report();
    }

    private static ReportingSettings settings(String elements) throws QmgrConfigurationException {
        byte[] xml = ("<qmgr>" + elements + "</qmgr>").getBytes(StandardCharsets.UTF_8);
        return QmgrSettingsReader.read("qmgr.xml", new ByteArrayInputStream(xml)).reporting();
    }

    private static UsersRepository failing(Exception failure) {
        return (UsersRepository)
                Proxy.newProxyInstance(
                        UsersRepository.class.getClassLoader(),
                        new Class<?>[] {UsersRepository.class},
                        (proxy, method, arguments) -> {
                            throw failure;
                        });
    }
}
