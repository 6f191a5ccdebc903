/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.james.core.Domain;
import org.apache.james.dnsservice.api.InMemoryDNSService;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.mailet.MailetContext;
import org.apache.mailet.base.test.FakeMailContext;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.config.QmgrSettings;
import org.jamesqmgr.config.QmgrSettingsReader;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportModuleTest {

    private static final String TEMPLATE_FILE =
            "<bounce_template_file>file://conf/bounce.cf</bounce_template_file>";

    @TempDir private Path home;
    private final MemoryDomainList domains = new MemoryDomainList(new InMemoryDNSService());

    @Test
    @Tag("B1")
    void settingsShouldBeThoseOfTheFile() throws Exception {
        Injector injector =
                injector(
                        "<bounce_size_limit>7K</bounce_size_limit><notice_interval>0</notice_interval>");

        assertThat(injector.getInstance(ReportSettings.class).bounceSizeLimit()).isEqualTo(7168);
        assertThat(injector.getInstance(NoticeSettings.class).interval()).isZero();
    }

    @Test
    @Tag("B1")
    void wordsShouldBeOursWithoutAFile() throws Exception {
        assertThat(injector("").getInstance(ReportTemplates.class)).isNotNull();
    }

    @Test
    @Tag("B1")
    void wordsShouldBeReadFromTheFileOnce() throws Exception {
        write("# nothing but a comment\n");

        Injector injector = injector(TEMPLATE_FILE);

        assertThat(injector.getInstance(ReportTemplates.class))
                .isSameAs(injector.getInstance(ReportTemplates.class));
    }

    @Test
    @Tag("B1")
    void badWordsShouldStopTheStart() throws Exception {
        write("\n\nnonsense\n");

        assertThatThrownBy(() -> injector(TEMPLATE_FILE))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("bounce_template_file: ")
                .hasMessageContaining("bounce.cf line 3: ");
    }

    @Test
    @Tag("B1")
    void missingWordsShouldStopTheStart() {
        assertThatThrownBy(() -> injector(TEMPLATE_FILE))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("bounce.cf: there is no such file");
    }

    @Test
    @Tag("N2")
    void recipientsShouldBeKnownOnceJamesKnowsItsDomains() throws Exception {
        Injector injector = injector("<delay_notice_recipient>late</delay_notice_recipient>");
        domains.configure(
                DomainListConfiguration.builder()
                        .autoDetect(false)
                        .autoDetectIp(false)
                        .defaultDomain(Domain.of("default.example"))
                        .build());

        NoticeRecipients recipients = injector.getInstance(NoticeRecipients.class);

        assertThat(recipients.of(NotifyClass.DELAY)).isEqualTo(address("late@default.example"));
        assertThat(recipients.of(NotifyClass.DATA)).isEqualTo(address("boss@james.example"));
    }

    @Test
    @Tag("N2")
    void recipientsShouldNotBeKnownBeforeJamesHasReadItsPostmaster() throws Exception {
        Injector injector = injector("", FakeMailContext.builder().build());

        assertThatThrownBy(() -> injector.getInstance(NoticeRecipients.class))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("James has not read its postmaster yet");
    }

    private void write(String words) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/bounce.cf"), words);
    }

    private Injector injector(String elements) throws Exception {
        return injector(
                elements,
                FakeMailContext.builder().postmaster(address("boss@james.example")).build());
    }

    private Injector injector(String elements, MailetContext context) throws Exception {
        byte[] xml = ("<qmgr>" + elements + "</qmgr>").getBytes(StandardCharsets.UTF_8);
        QmgrSettings settings = QmgrSettingsReader.read("qmgr.xml", new ByteArrayInputStream(xml));
        return Guice.createInjector(
                new ReportModule(),
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(QmgrSettings.class).toInstance(settings);
                        bind(FileSystem.class).toInstance(new Home(home));
                        bind(DomainList.class).toInstance(domains);
                        bind(MailetContext.class).toInstance(context);
                    }
                });
    }

    /** James's names of files, below a directory. */
    private record Home(Path directory) implements FileSystem {
        @Override
        public InputStream getResource(String url) {
            throw new UnsupportedOperationException(url);
        }

        @Override
        public File getFile(String url) {
            return directory.resolve(url.substring(FILE_PROTOCOL.length())).toFile();
        }

        @Override
        public File getBasedir() {
            return directory.toFile();
        }
    }
}
