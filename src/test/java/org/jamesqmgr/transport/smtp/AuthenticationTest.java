/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T9")
class AuthenticationTest {

    private static final UserPassword USER = new UserPassword("me", "s\u00e4cret");

    private final SmtpFixture smtp = new SmtpFixture();

    @BeforeEach
    void credentials() {
        smtp.credentials =
                (nexthop, host) ->
                        Optional.of(USER)
                                .filter(
                                        user ->
                                                host.equals("mx.test")
                                                        && nexthop.host().equals("mx.test"));
    }

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void plainShouldBePreferred() throws IOException {
        smtp.server.announcing("AUTH LOGIN PLAIN CRAM-MD5");

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands())
                .containsSubsequence(
                        "AUTH PLAIN " + base64("\0me\0s\u00e4cret"),
                        "MAIL FROM:<sender@origin.example>");
    }

    @Test
    void loginShouldDoAsWell() throws IOException {
        smtp.server
                .announcing("AUTH=LOGIN")
                .on(Step.AUTH, "AUTH LOGIN", reply("334 VXNlcm5hbWU6"))
                .on(Step.AUTH, base64("me"), reply("334 UGFzc3dvcmQ6"), 1);

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands())
                .containsSubsequence("AUTH LOGIN", base64("me"), base64("s\u00e4cret"));
    }

    @Test
    void aRefusedPasswordShouldDeferAndNotBeTold() throws IOException {
        smtp.server
                .announcing("AUTH PLAIN")
                .on(Step.AUTH, reply("535 5.7.8 authentication credentials invalid"));

        DeliveryReport report = smtp.deliver("a@target.test");

        DeliveryStatus status = SmtpFixture.fate(report, 0);
        assertThat(status.code()).hasToString("4.7.8");
        assertThat(status.reason())
                .isEqualTo(
                        "SASL authentication failed; server mx.test[127.0.0.1] said: 535 5.7.8"
                                + " authentication credentials invalid");
        assertThat(report.siteFailure()).contains(status);
    }

    @Test
    void aServerThatKnowsOnlyOtherWaysShouldDefer() throws IOException {
        smtp.server.announcing("AUTH CRAM-MD5");

        DeliveryStatus status = smtp.fate();

        assertThat(status.code()).hasToString("4.7.0");
        assertThat(status.reason()).startsWith("SASL authentication failed; server mx.test[");
    }

    @Test
    void aServerThatAsksForNothingShouldBeToldNothing() throws IOException {
        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("AUTH"));
    }

    @Test
    void otherHostsShouldBeToldNothing() throws IOException {
        smtp.hosts(SmtpFixture.candidate("other.test", "127.0.0.1", 1));
        smtp.server.announcing("AUTH PLAIN");

        assertThat(smtp.fate().code()).hasToString("2.0.0");
        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("AUTH"));
    }

    @Test
    void aPasswordShouldNotGoInPlainTextUnlessTheAdministratorSaysSo() throws IOException {
        smtp.settings = SmtpSettings.defaults();
        smtp.server.announcing("AUTH PLAIN LOGIN");

        assertThat(smtp.fate().code()).hasToString("4.7.0");
        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("AUTH"));
    }

    @Test
    void theTextOfCredentialsShouldKeepTheSecret() {
        assertThat(USER.toString()).contains("me").doesNotContain("cret");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
