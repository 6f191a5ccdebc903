/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.hang;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.raw;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("T8")
@Timeout(60)
class TlsTest {

    /** No server name, no handshake. */
    private static final Reaction BROKEN = raw("220 go ahead\r\nthis is no TLS\r\n");

    private static SSLContext certificate;

    private final SmtpFixture smtp = new SmtpFixture();

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        certificate = ThrowAwayCertificate.context(directory);
    }

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void whatIsOfferedShouldBeUsedWhoeverCertifiedIt() throws IOException {
        level(TlsSecurityLevel.MAY);
        smtp.server.announcing("STARTTLS", "PIPELINING").withTls(certificate);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands())
                .containsSubsequence("EHLO client.test", "STARTTLS", "EHLO client.test")
                .contains("DATA");
        assertThat(smtp.server.received().get(0).wire()).isEqualTo(SmtpFixture.MESSAGE);
    }

    @Test
    void anEncryptedConnectionShouldBeUsedAgain() throws IOException {
        level(TlsSecurityLevel.ENCRYPT);
        smtp.server.announcing("STARTTLS").withTls(certificate);

        smtp.fate();

        assertThat(smtp.deliver("a@target.test").attempts().get(0).conversation().uses())
                .isEqualTo(2);
        assertThat(smtp.server.commands()).containsOnlyOnce("STARTTLS");
    }

    @Test
    void contentShouldPassEncryptionUnchanged() throws IOException {
        level(TlsSecurityLevel.MAY);
        smtp.server.announcing("STARTTLS").withTls(certificate);
        String content = "\r\n" + ".dots and \u00ff bytes\r\n".repeat(20_000);

        smtp.deliverContent(content, "a@target.test");

        assertThat(smtp.server.received().get(0).content()).isEqualTo(content);
    }

    @Test
    void encryptionShouldNotBeAskedForAtLevelNone() throws IOException {
        smtp.server.announcing("STARTTLS");

        smtp.fate();

        assertThat(smtp.server.commands()).doesNotContain("STARTTLS");
    }

    @Test
    void aServerThatDoesNotOfferItShouldGetPlainText() throws IOException {
        level(TlsSecurityLevel.MAY);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
    }

    @Test
    void aRefusalOfStartTlsShouldBeFollowedByPlainText() throws IOException {
        level(TlsSecurityLevel.MAY);
        smtp.server.announcing("STARTTLS").on(Step.STARTTLS, reply("454 4.7.0 not now"));

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    @Test
    void aFailedHandshakeShouldBeFollowedByPlainTextOnAFreshConnection() throws IOException {
        level(TlsSecurityLevel.MAY);
        smtp.server.announcing("STARTTLS").on(Step.STARTTLS, BROKEN);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.connections()).isEqualTo(2);
        assertThat(smtp.server.commands()).containsOnlyOnce("STARTTLS");
    }

    @Test
    void aHandshakeThatHangsShouldBeCutOff() throws IOException {
        smtp.settings = SmtpFixture.settings(SmtpFixture.limits(SmtpFixture.SHORT));
        level(TlsSecurityLevel.ENCRYPT);
        smtp.server
                .announcing("STARTTLS")
                .on(
                        Step.STARTTLS,
                        session -> {
                            session.say("220 go ahead\r\n");
                            return hang().react(session);
                        });

        checkSiteFailure("4.7.5", "Cannot start TLS: handshake failure");
    }

    @Test
    void encryptionThatMustBeShouldBeOffered() throws IOException {
        level(TlsSecurityLevel.ENCRYPT);

        checkSiteFailure(
                "4.7.4", "TLS is required, but was not offered by host mx.test[127.0.0.1]");
    }

    @Test
    void encryptionThatMustBeShouldNotBeRefused() throws IOException {
        level(TlsSecurityLevel.ENCRYPT);
        smtp.server.announcing("STARTTLS").on(Step.STARTTLS, reply("554 5.7.3 no"));

        checkSiteFailure(
                "4.7.3",
                "TLS is required, but host mx.test[127.0.0.1] refused to start TLS: 554 5.7.3 no");
    }

    @Test
    void encryptionThatMustBeShouldNotFail() throws IOException {
        smtp.settings = SmtpFixture.settings(SmtpFixture.limits(SmtpFixture.SHORT));
        level(TlsSecurityLevel.ENCRYPT);
        smtp.server.announcing("STARTTLS").on(Step.STARTTLS, raw("220 go ahead\r\n"));
        // The server goes on in plain text and takes the handshake for a command.

        assertThat(smtp.fate().code().statusClass()).isEqualTo(4);
        assertThat(smtp.server.received()).isEmpty();
    }

    @Test
    void textBeforeTheHandshakeShouldNotBeTakenForTextInsideIt() throws IOException {
        level(TlsSecurityLevel.ENCRYPT);
        smtp.server
                .announcing("STARTTLS")
                .on(Step.STARTTLS, raw("220 go ahead\r\n250-peer.test\r\n250 AUTH PLAIN\r\n"));

        DeliveryStatus status = smtp.fate();

        assertThat(status.code().statusClass()).isEqualTo(4);
        assertThat(smtp.server.received()).isEmpty();
    }

    @Test
    void aPasswordShouldNotGoInPlainTextBecauseEncryptionFails() throws IOException {
        level(TlsSecurityLevel.MAY);
        smtp.credentials = (nexthop, host) -> Optional.of(new UserPassword("me", "secret"));
        smtp.server.announcing("STARTTLS", "AUTH PLAIN").on(Step.STARTTLS, BROKEN);

        assertThat(smtp.fate().code().statusClass()).isEqualTo(4);
        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("AUTH"));
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    private void level(TlsSecurityLevel level) {
        smtp.settings = SmtpFixture.withTls(smtp.settings, level);
    }

    private void checkSiteFailure(String code, String reason) throws IOException {
        DeliveryReport report = smtp.deliver("a@target.test");
        assertThat(SmtpFixture.codes(report)).containsExactly(code);
        assertThat(SmtpFixture.fate(report, 0).reason()).isEqualTo(reason);
        assertThat(report.siteFailure()).isPresent();
    }
}
