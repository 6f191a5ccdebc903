/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.Reporters.DOUBLE_BOUNCE;
import static org.jamesqmgr.testing.Reporters.POSTMASTER;
import static org.jamesqmgr.testing.Reporters.reporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.Notify;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.Mail;
import org.jamesqmgr.james.mail.DeliveryFailures;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.RecordingQueueEventListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When and how the pipeline returns mail to its sender. */
@Tag("B1")
class ReturnToSenderTest extends PipelineFixture {

    private final RecordingQueueEventListener events = new RecordingQueueEventListener();
    private final Set<NotifyClass> classes = EnumSet.noneOf(NotifyClass.class);

    private ReturnToSender returnToSender(String... parameters) throws MessagingException {
        return initialised(
                new ReturnToSender(parts, reporter(classes, events, clock), events, clock),
                parameters);
    }

    private ReturnToSender noSuchUser() throws MessagingException {
        return returnToSender("reason", "no such user here", "status", "5.1.1");
    }

    private static void end(MailQueueItem item) throws Exception {
        ((MailImpl) item.getMail()).dispose();
        item.done(CompletionStatus.SUCCESS);
    }

    @Test
    void theReportShouldTakeTheMailsPlaceWhenTheRunEndsWell() throws Exception {
        queue.enQueue(mail("a@x.example", "b@x.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();

        noSuchUser().service(item.getMail());

        assertThat(item.getMail().getState()).isEqualTo(Mail.GHOST);
        assertThat(messages(SPOOL)).hasSize(1);
        end(item);
        QueuedMessage report = only(SPOOL);
        assertThat(report.id()).isNotEqualTo(before.id());
        assertThat(report.envelope().sender().isNullSender()).isTrue();
        assertThat(report.pendingRecipients()).containsExactly(address("sender@origin.example"));
        assertThat(content(report))
                .contains("<a@x.example>: no such user here", "<b@x.example>: no such user here")
                .contains(RAW);
        assertThat(provenances.get(report.id()).origin()).contains(before.id());
    }

    @Test
    void theReportShouldCarryTheMailAsItIsNow() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        item.getMail().setMessage(message("Subject: cleaned\r\n\r\nwithout the virus\r\n"));

        noSuchUser().service(item.getMail());
        end(item);

        assertThat(content(only(SPOOL)))
                .contains("Subject: cleaned\r\n\r\nwithout the virus\r\n")
                .doesNotContain("body \u00ff");
    }

    @Test
    @Tag("D10")
    void aFailedRunShouldReturnNothing() throws Exception {
        queue.enQueue(mail("a@x.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();

        noSuchUser().service(item.getMail());
        fail(item, List.of(new MailAddress("a@x.example")));

        assertThat(only(SPOOL).id()).isEqualTo(before.id());
        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    @Tag("D10")
    void withoutRoomForTheReportTheMailShouldWait() throws Exception {
        queue.enQueue(mail("a@x.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();

        noSuchUser().service(item.getMail());
        store.acceptOnly(0);
        end(item);

        assertThat(only(SPOOL).id()).isEqualTo(before.id());
        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    void outsideOfARunTheReportShouldBeSafeOnReturn() throws Exception {
        MailImpl mail = mail("a@x.example");

        CompletableFuture.runAsync(() -> serve(mail)).join();

        assertThat(content(only(SPOOL))).contains("<a@x.example>: no such user here", RAW);
        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
    }

    private void serve(Mail mail) {
        try {
            noSuchUser().service(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void outsideOfARunAMailThatCannotBeReturnedShouldStayWithItsOwner() throws Exception {
        MailImpl mail = mail("a@x.example");
        store.acceptOnly(0);

        assertThatThrownBy(() -> noSuchUser().service(mail))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("cannot be returned");

        assertThat(mail.getState()).isEqualTo("relay");
    }

    @Test
    void aPartShouldBeReturnedWhileTheOthersGoOn() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        Mail mail = item.getMail();
        List<MailAddress> recipients = List.copyOf(mail.getRecipients());
        MailImpl part = MailImpl.duplicate(mail);
        part.setRecipients(recipients.subList(0, 1));
        mail.setRecipients(recipients.subList(1, 2));

        noSuchUser().service(part);
        initialised(new QueueDelivery(parts, transports), "transport", "smtp").service(mail);
        part.dispose();
        end(item);

        assertThat(only(SMTP).id()).isEqualTo(before.id());
        assertThat(content(only(SPOOL))).contains("<a@x.example>").doesNotContain("b@y.example");
    }

    @Test
    void whatTheOtherServerSaidShouldBeReportedInABounceProcessor() throws Exception {
        MailImpl failed = mail("a@x.example", "b@x.example");
        Attempt refused = Attempts.bounced(START, "a@x.example");
        DeliveryFailures.set(failed, List.of(refused, Attempts.bounced(START, "gone@x.example")));
        queue.enQueue(failed);
        MailQueueItem item = take();

        returnToSender("reason", "it failed").service(item.getMail());
        end(item);

        assertThat(content(only(SPOOL)))
                .contains("<a@x.example>: " + refused.outcome().status().reason())
                .contains("<b@x.example>: it failed")
                .doesNotContain("gone@x.example");
    }

    @Test
    void aBounceProcessorShouldNeedNoReason() throws Exception {
        MailImpl failed = mail("a@x.example");
        DeliveryFailures.set(failed, List.of(Attempts.bounced(START, "a@x.example")));
        queue.enQueue(failed);
        MailQueueItem item = take();

        returnToSender().service(item.getMail());
        end(item);

        assertThat(content(only(SPOOL))).contains("<a@x.example>: host mx.target.example");
    }

    @Test
    @Tag("X4")
    void onlyWhatTheLogDoesNotKnowYetShouldBeLogged() throws Exception {
        MailImpl failed = mail("a@x.example", "b@x.example");
        DeliveryFailures.set(failed, List.of(Attempts.bounced(START, "a@x.example")));
        queue.enQueue(failed);
        MailQueueItem item = take();

        returnToSender("reason", "it failed").service(item.getMail());
        end(item);

        assertThat(events.events())
                .filteredOn(event -> event.name().equals("attempted"))
                .extracting(RecordingQueueEventListener.Event::reason)
                .containsExactly("it failed");
    }

    @Test
    @Tag("B2")
    void mailFromTheNullSenderShouldGoToThePostmasterOrNowhere() throws Exception {
        for (Set<NotifyClass> wanted :
                List.of(Set.<NotifyClass>of(), Set.of(NotifyClass.TWO_BOUNCE))) {
            classes.addAll(wanted);
            MailImpl mail = mail("a@x.example");
            mail.setSender(MailAddress.nullSender());
            queue.enQueue(mail);
            MailQueueItem item = take();

            noSuchUser().service(item.getMail());
            end(item);

            assertThat(messages(SPOOL)).hasSize(wanted.size());
        }
        assertThat(only(SPOOL).envelope().sender()).isEqualTo(MaybeSender.of(DOUBLE_BOUNCE));
        assertThat(only(SPOOL).pendingRecipients()).containsExactly(POSTMASTER);
    }

    @Test
    @Tag("B2")
    void aNoticeShouldBeDiscarded() throws Exception {
        classes.addAll(EnumSet.allOf(NotifyClass.class));
        MailImpl notice = mail("postmaster@mail.example");
        notice.setSender(DOUBLE_BOUNCE);
        queue.enQueue(notice);
        MailQueueItem item = take();

        noSuchUser().service(item.getMail());
        end(item);

        assertThat(messages(SPOOL)).isEmpty();
    }

    @Test
    @Tag("B3")
    void notifyNeverShouldBeRespected() throws Exception {
        MailImpl mail = mail("a@x.example", "b@x.example");
        mail.setDsnParameters(
                DsnParameters.builder()
                        .addRcptParameter(
                                address("a@x.example"),
                                RecipientDsnParameters.of(EnumSet.of(Notify.NEVER)))
                        .build()
                        .orElseThrow());
        queue.enQueue(mail);
        MailQueueItem item = take();

        noSuchUser().service(item.getMail());
        end(item);

        assertThat(content(only(SPOOL)))
                .contains("<b@x.example>")
                .doesNotContain("<a@x.example>: no such");
    }

    @Test
    void aMailWithoutRecipientsShouldEndSilently() throws Exception {
        MailImpl mail = mail("a@x.example");
        mail.setRecipients(new ArrayList<>());

        noSuchUser().service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(messages(SPOOL)).isEmpty();
    }

    @Test
    void withoutAReasonAMailThatHasNotFailedShouldNotBeReturned() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();

        assertThatThrownBy(() -> returnToSender().service(item.getMail()))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("<reason> is missing");
        assertThat(item.getMail().getState()).isEqualTo("relay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.2.0", "2.0.0", "550", "no", "5.1"})
    void aStatusThatIsNoFinalFailureShouldBeRefused(String status) {
        assertThatThrownBy(() -> returnToSender("reason", "x", "status", status))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("ReturnToSender: <status> is '" + status + "'")
                .hasMessageContaining("5.1.1");
    }

    @Test
    void badParametersShouldBeRefusedAtTheStart() {
        assertThatThrownBy(() -> returnToSender("reasons", "x"))
                .hasMessageContaining("there is no parameter <reasons>")
                .hasMessageContaining("reason, status");
        assertThatThrownBy(() -> returnToSender("status", "5.1.1"))
                .hasMessageContaining("<reason> is missing");
        assertThatThrownBy(() -> returnToSender("reason", "two\nlines"))
                .hasMessageContaining("a text of one line");
        assertThatThrownBy(() -> returnToSender("reason", " "))
                .hasMessageContaining("a text of one line");
    }

    @Test
    void theReportShouldKnowSizeAndArrivalOfTheMail() throws Exception {
        pass(Duration.ofSeconds(1));
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();

        QueuedMessage failed =
                parts.returnToSender(
                        item.getMail(),
                        List.of(Attempts.bounced(START, "a@x.example")),
                        reporter(classes, events, clock));

        assertThat(failed.size()).isEqualTo(RAW.length());
        assertThat(failed.envelope().arrival()).isEqualTo(START.plusSeconds(1));
    }
}
