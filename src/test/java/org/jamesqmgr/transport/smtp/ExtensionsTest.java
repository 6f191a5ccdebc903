/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T8")
class ExtensionsTest {

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void sizeShouldBeToldToWhoAsks() throws IOException {
        smtp.server.announcing("SIZE 1000");

        smtp.deliver("a@target.test");

        assertThat(mail())
                .isEqualTo(
                        "MAIL FROM:<sender@origin.example> SIZE=" + SmtpFixture.MESSAGE.length());
    }

    @Test
    void aMessageTooLargeShouldBounceWithoutBeingOffered() throws IOException {
        smtp.server.announcing("SIZE 10");

        DeliveryStatus status = smtp.fate();

        assertThat(status.code()).hasToString("5.3.4");
        assertThat(status.reason())
                .isEqualTo(
                        "message size "
                                + SmtpFixture.MESSAGE.length()
                                + " exceeds size limit 10 of server mx.test[127.0.0.1]");
        assertThat(smtp.server.commands()).noneMatch(line -> line.startsWith("MAIL"));
    }

    @Test
    void aSizeOfNoneOrZeroShouldBeNoLimit() throws IOException {
        smtp.server.announcing("SIZE 0");

        assertThat(smtp.fate().code()).hasToString("2.0.0");
    }

    @Test
    void eightBitContentShouldBeAnnounced() throws IOException {
        smtp.server.announcing("8BITMIME");

        smtp.deliverContent("\r\n\u00e4\r\n", "a@target.test");

        assertThat(mail()).isEqualTo("MAIL FROM:<sender@origin.example> BODY=8BITMIME");
    }

    @Test
    void sevenBitContentShouldNotBeAnnounced() throws IOException {
        smtp.server.announcing("8BITMIME");

        smtp.deliver("a@target.test");

        assertThat(mail()).isEqualTo("MAIL FROM:<sender@origin.example>");
    }

    @Test
    void eightBitContentShouldGoAsItIsToAServerThatSaysNothing() throws IOException {
        smtp.deliverContent("\r\n\u00e4\r\n", "a@target.test");

        assertThat(mail()).isEqualTo("MAIL FROM:<sender@origin.example>");
        assertThat(smtp.server.received().get(0).wire()).isEqualTo("\r\n\u00e4\r\n");
    }

    @Test
    void whatWasAskedForAboutReportsShouldBePassedOn() throws IOException {
        smtp.server.announcing("DSN");

        deliverWithOptions();

        assertThat(smtp.server.commands())
                .contains(
                        "MAIL FROM:<sender@origin.example> RET=HDRS ENVID=QQ+2B314",
                        "RCPT TO:<a@target.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x@y.example",
                        "RCPT TO:<b@target.test> NOTIFY=NEVER",
                        "RCPT TO:<c@target.test>");
    }

    @Test
    void whatWasAskedForAboutReportsShouldNotBeToldToWhoDoesNotKnow() throws IOException {
        deliverWithOptions();

        assertThat(smtp.server.commands())
                .contains("MAIL FROM:<sender@origin.example>", "RCPT TO:<b@target.test>");
    }

    @Test
    @Tag("B3")
    void aServerThatDoesNotAnnounceDsnShouldBeKnownToReportNothing() throws IOException {
        assertThat(smtp.deliver("a@target.test").attempts().get(0).conversation().dsn()).isFalse();
    }

    @Test
    @Tag("B3")
    void aServerThatAnnouncesDsnShouldBeKnownToReportSuccessItself() throws IOException {
        smtp.server.announcing("DSN");

        assertThat(smtp.deliver("a@target.test").attempts().get(0).conversation().dsn()).isTrue();
    }

    @Test
    void reportsShouldHaveAnEmptySender() throws IOException {
        Envelope envelope =
                EnvelopeBuilder.mail(
                                SmtpFixture.envelope("a@target.test").transport(), SmtpFixture.NOW)
                        .from(MaybeSender.nullSender())
                        .to("a@target.test")
                        .build();

        deliver(envelope);

        assertThat(mail()).isEqualTo("MAIL FROM:<>");
    }

    @Test
    void anAddressThatHidesALineEndShouldNotBecomeACommand() throws IOException {
        DeliveryReport report = smtp.deliver("a@target.test", "\"x\\\rRSET\"@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactlyInAnyOrder("2.0.0", "5.1.3");
        assertThat(smtp.server.received().get(0).recipients())
                .containsExactly("RCPT TO:<a@target.test>");
    }

    private void deliverWithOptions() throws IOException {
        MailAddress a = EnvelopeBuilder.address("a@target.test");
        MailAddress b = EnvelopeBuilder.address("b@target.test");
        Envelope plain = SmtpFixture.envelope("a@target.test", "b@target.test", "c@target.test");
        DeliveryOptions options =
                new DeliveryOptions(
                        "",
                        Returned.HEADERS,
                        "QQ+2B314",
                        Map.of(
                                a,
                                new RecipientOptions(
                                        "",
                                        "rfc822;x@y.example",
                                        Set.of(Notify.FAILURE, Notify.SUCCESS)),
                                b,
                                new RecipientOptions("", "", Set.of(Notify.NEVER))));
        deliver(
                new Envelope(
                        plain.transport(),
                        plain.sender(),
                        plain.recipients(),
                        plain.arrival(),
                        plain.created(),
                        plain.notBefore(),
                        plain.priority(),
                        plain.attributes(),
                        options));
    }

    private void deliver(Envelope envelope) throws IOException {
        byte[] content = SmtpFixture.MESSAGE.getBytes(StandardCharsets.US_ASCII);
        smtp.agent().deliver(smtp.request(envelope, content));
    }

    private String mail() {
        List<String> lines =
                smtp.server.commands().stream().filter(line -> line.startsWith("MAIL")).toList();
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }
}
