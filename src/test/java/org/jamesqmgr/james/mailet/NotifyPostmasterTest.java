/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.RecordingNoticeDesk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N1")
class NotifyPostmasterTest extends PipelineFixture {

    private final RecordingNoticeDesk desk = new RecordingNoticeDesk();

    private NotifyPostmaster mailet(String... parameters) throws MessagingException {
        DoubleBounce own = DoubleBounce.of("double-bounce", "us.example");
        return initialised(new NotifyPostmaster(desk, own, parts), parameters);
    }

    /** As James does it before the processor error. */
    private static void failedAt(Mail mail, String mailet, Throwable thrown) {
        mail.setState(Mail.ERROR);
        mail.setErrorMessage(
                "Exception calling "
                        + mailet
                        + ": "
                        + thrown.getMessage()
                        + "\n"
                        + thrown
                        + "\n\tat");
        mail.setAttribute(
                new Attribute(Mail.MAILET_ERROR, AttributeValue.ofUnserializable(thrown)));
    }

    @Test
    void aFailedMailetShouldBeTold() throws Exception {
        MailImpl mail = mail("a@x.example", "b@x.example");
        failedAt(mail, "ICALToHeader", new IllegalStateException("no calendar"));

        mailet().service(mail);

        Notice notice = desk.only();
        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
        assertThat(notice.cause()).isEqualTo("pipeline: ICALToHeader, IllegalStateException");
        assertThat(notice.subject()).isEqualTo("james-qmgr: trouble with a mail");
        assertThat(notice.text())
                .startsWith(
                        "The mailet pipeline has met with trouble.",
                        "",
                        "Mail: mail",
                        "Sender: <sender@origin.example>",
                        "Recipients: a@x.example, b@x.example",
                        "Error: Exception calling ICALToHeader: no calendar",
                        "",
                        "java.lang.IllegalStateException: no calendar")
                .endsWith("", "For other details, see the local mail logfile");
    }

    @Test
    void theMailShouldGoOn() throws Exception {
        MailImpl mail = mail("a@x.example");
        failedAt(mail, "X", new IllegalStateException("bug"));

        mailet().service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.ERROR);
        assertThat(mail.getRecipients()).hasSize(1);
        assertThat(mail.getMessage().getSubject()).isNotNull();
    }

    @Test
    void theQueueIdShouldBeToldWithinARun() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();

        mailet().service(item.getMail());

        assertThat(desk.only().text()).contains("Queue id: " + only(SPOOL).id());
        item.done(MailQueueItem.CompletionStatus.SUCCESS);
    }

    @Test
    void theParametersShouldBeUsed() throws Exception {
        mailet("class", "policy", "subject", "spam", "text", "A mail was refused.")
                .service(mail("a@x.example"));

        Notice notice = desk.only();
        assertThat(notice.noticeClass()).isEqualTo(NotifyClass.POLICY);
        assertThat(notice.cause()).isEqualTo("pipeline: spam");
        assertThat(notice.subject()).isEqualTo("james-qmgr: spam");
        assertThat(notice.text()).startsWith("A mail was refused.", "");
    }

    @Test
    void whatIsLongShouldBeCut() throws Exception {
        MailImpl mail =
                mail(
                        IntStream.range(0, 1000)
                                .mapToObj(i -> "r" + i + "@x.example")
                                .toArray(String[]::new));
        mail.setErrorMessage(("x".repeat(1000) + "\n").repeat(1000));

        mailet().service(mail);

        assertThat(desk.only().text())
                .hasSizeLessThan(25)
                .allMatch(line -> line.length() < 600)
                .anyMatch(line -> line.endsWith(" and 990 more"));
    }

    @Test
    void aMailThatComesByAgainShouldNotBeToldTwice() throws Exception {
        MailImpl mail = mail("a@x.example");
        failedAt(mail, "X", new IllegalStateException("bug"));
        NotifyPostmaster mailet = mailet();
        mailet.service(mail);
        mail.removeAttribute(Mail.MAILET_ERROR); // Not stored while it was on hold.

        mailet.service(mail);
        assertThat(desk.notices()).hasSize(1);

        failedAt(mail, "Y", new IllegalStateException("another"));
        mailet.service(mail);
        assertThat(desk.notices()).hasSize(2);
    }

    @Test
    void mailToPostmastersShouldNotBeTold() throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("notice")
                        .sender("double-bounce@us.example")
                        .addRecipient("postmaster@us.example")
                        .build();

        mailet().service(mail);

        assertThat(desk.notices()).isEmpty();
    }

    @Test
    void whatNobodyWantsShouldNotBeTold() throws Exception {
        desk.wantOnly(NotifyClass.RESOURCE);

        mailet().service(mail("a@x.example"));

        assertThat(desk.notices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"class,bounce", "class,everything", "class,' '", "subject,' '", "clas,data"})
    void aWrongParameterShouldBeRefused(String name, String value) {
        assertThatThrownBy(() -> mailet(name, value))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("NotifyPostmaster: ")
                .hasMessageContaining("<" + name + ">")
                .hasMessageContaining("allowed");
    }
}
