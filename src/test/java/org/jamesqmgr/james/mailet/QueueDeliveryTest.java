/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.jamesqmgr.engine.Provenance;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When and how mail that the pipeline hands over becomes the transport's. */
class QueueDeliveryTest extends PipelineFixture {

    private QueueDelivery delivery(String... parameters) throws MessagingException {
        return initialised(new QueueDelivery(parts, transports), parameters);
    }

    @Test
    @Tag("Q3")
    void handOverShouldTakeEffectWhenTheRunEndsWell() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage spooled = only(SPOOL);
        pass(Duration.ofSeconds(30));
        MailQueueItem item = take();
        Mail mail = item.getMail();

        delivery("transport", "smtp").service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(messages(SMTP)).isEmpty();
        ((MailImpl) mail).dispose();
        item.done(CompletionStatus.SUCCESS);

        assertThat(messages(SPOOL)).isEmpty();
        QueuedMessage handedOver = only(SMTP);
        assertThat(handedOver.id()).isEqualTo(spooled.id());
        assertThat(handedOver.pendingRecipients())
                .extracting(MailAddress::asString)
                .containsExactly("a@x.example", "b@y.example");
        assertThat(handedOver.envelope().arrival()).isEqualTo(START);
        assertThat(handedOver.envelope().created()).isEqualTo(START);
        assertThat(handedOver.envelope().scheduled()).isFalse();
        assertThat(content(handedOver)).isEqualTo(RAW);
        assertThat(provenances.get(handedOver.id()))
                .isEqualTo(
                        new Provenance(
                                "", "", "mail", "<1@origin.example>", Optional.of(spooled.id())));
    }

    @Test
    @Tag("T8")
    void transportShouldGetTheBytesThatTheMailetSaw() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        item.getMail().getMessage().addHeader("X-Before", "seen");
        QueueDelivery delivery = delivery("transport", "smtp");

        delivery.service(item.getMail());
        item.getMail().getMessage().addHeader("X-After", "not seen");
        item.done(CompletionStatus.SUCCESS);

        assertThat(content(only(SMTP)))
                .contains("X-Before: seen")
                .contains("Subject: caf\u00e9\r\n")
                .endsWith("\r\n\r\nbody \u00ff\r\n")
                .doesNotContain("X-After");
    }

    @Test
    @Tag("T8")
    void changedBodyShouldBeDelivered() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        item.getMail().setMessage(message("Subject: new\r\n\r\nanother body\r\n"));

        delivery("transport", "smtp").service(item.getMail());
        ((MailImpl) item.getMail()).dispose();
        item.done(CompletionStatus.SUCCESS);

        assertThat(content(only(SMTP))).isEqualTo("Subject: new\r\n\r\nanother body\r\n");
    }

    @Test
    @Tag("D10")
    void failedRunShouldDropItsHandOversAndBeRepeatedFromItsStart() throws Exception {
        MailImpl spooled = mail("a@x.example", "b@y.example");
        spooled.setState("root");
        queue.enQueue(spooled);
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        Mail mail = item.getMail();
        List<MailAddress> recipients = List.copyOf(mail.getRecipients());
        MailImpl part = MailImpl.duplicate(mail);
        part.setRecipients(recipients.subList(0, 1));
        mail.setState("relay");
        mail.setRecipients(recipients.subList(1, 2));
        mail.getMessage().addHeader("X-Half", "way");

        delivery("transport", "local").service(part);
        fail(item, recipients);

        assertThat(messages(LOCAL)).isEmpty();
        QueuedMessage after = only(SPOOL);
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(content(after)).isEqualTo(RAW);
        pass(Duration.ofSeconds(4001));
        queue.flush();
        Mail again = take().getMail();
        assertThat(again.getState()).isEqualTo("root");
        assertThat(again.getRecipients()).isEqualTo(recipients);
    }

    @Test
    @Tag("D10")
    void messageConsumedBeforeTheRunFailedShouldNotBeLost() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        List<MailAddress> recipients = List.copyOf(item.getMail().getRecipients());
        item.getMail().setState(Mail.GHOST);
        ((MailImpl) item.getMail()).dispose();

        fail(item, recipients);

        assertThat(content(only(SPOOL))).isEqualTo(RAW);
        pass(Duration.ofSeconds(4001));
        queue.flush();
        assertThat(take().getMail().getState()).isEqualTo("relay");
    }

    @Test
    @Tag("D10")
    void changedMailOfAFailedRunShouldNotBeHandedOverToo() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        Mail mail = item.getMail();
        mail.getMessage().addHeader("X-New", "header");

        delivery("transport", "smtp").service(mail);
        mail.setState("relay");
        fail(item, List.copyOf(mail.getRecipients()));

        assertThat(messages(SMTP)).isEmpty();
        assertThat(messages(SPOOL)).hasSize(1);
    }

    @Test
    void runThatEndsOtherwiseShouldDropItsHandOvers() throws Exception {
        for (CompletionStatus status : List.of(CompletionStatus.RETRY, CompletionStatus.REJECT)) {
            queue.enQueue(mail("a@x.example"));
            MailQueueItem item = take();
            delivery("transport", "smtp").service(item.getMail());

            item.done(status);

            assertThat(messages(SMTP)).isEmpty();
            assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
            queue.clear();
        }
    }

    @Test
    @Tag("D10")
    void lastFailureShouldLeaveNothingBesideJamesErrorRepository() throws Exception {
        queue.enQueue(mail("a@x.example"));
        fail(take(), List.of(new MailAddress("a@x.example")));
        pass(Duration.ofDays(6));
        queue.flush();
        MailQueueItem item = take();
        MailImpl part = MailImpl.duplicate(item.getMail());

        delivery("transport", "smtp").service(part);
        item.done(CompletionStatus.SUCCESS); // James has stored the mail in its error repository

        assertThat(messages(SPOOL)).isEmpty();
        assertThat(messages(SMTP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Tag("Q3")
    void handOverThatCannotBeStoredShouldDeferTheMessage(int room) throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        MailImpl part = MailImpl.duplicate(item.getMail());
        delivery("transport", "local").service(part);
        delivery("transport", "smtp").service(item.getMail());

        store.acceptOnly(room);
        item.done(CompletionStatus.SUCCESS);

        assertThat(messages(LOCAL)).isEmpty();
        assertThat(messages(SMTP)).isEmpty();
        QueuedMessage after = only(SPOOL);
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(after.status().reason()).contains("told to");
        assertThat(content(after)).isEqualTo(RAW);
    }

    @Test
    @Tag("Q3")
    void brokenStoreShouldLoseAndDoubleNothing() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        delivery("transport", "smtp").service(item.getMail());
        store.fail(true);

        assertThatThrownBy(() -> item.done(CompletionStatus.SUCCESS))
                .isInstanceOf(MailQueueException.class);
        // The spooler puts the mail back, while the store still fails, and then refuses it.
        assertThatThrownBy(() -> fail(item, List.of(new MailAddress("a@x.example"))))
                .isInstanceOf(MailQueueException.class);
        store.fail(false);
        item.done(CompletionStatus.REJECT);

        assertThat(messages(SMTP)).isEmpty();
        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    @Tag("Q3")
    void withoutARunTheMailShouldBeSafeOnReturn() throws Exception {
        MailImpl mail = mail("a@x.example", "a@X.example");

        delivery("transport", "smtp").service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(only(SMTP).pendingRecipients()).hasSize(1);
        assertThat(content(only(SMTP))).isEqualTo(RAW);
        assertThat(provenances.get(only(SMTP).id()).messageId()).isEqualTo("<1@origin.example>");
    }

    @Test
    @Tag("Q3")
    void anotherThreadThanTheSpoolersShouldHaveNoRun() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        MailImpl mail = MailImpl.duplicate(item.getMail());
        QueueDelivery delivery = delivery("transport", "smtp");

        CompletableFuture.runAsync(
                        () -> {
                            try {
                                delivery.service(mail);
                            } catch (MessagingException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                .join();

        assertThat(messages(SMTP)).hasSize(1);
    }

    @Test
    @Tag("D10")
    void mailThatCannotBeStoredShouldBeTroubleInThePipeline() throws Exception {
        MailImpl mail = mail("a@x.example");
        QueueDelivery delivery = delivery("transport", "smtp");
        store.acceptOnly(0);

        assertThatThrownBy(() -> delivery.service(mail)).isInstanceOf(MessagingException.class);

        assertThat(mail.getState()).isEqualTo("relay");
    }

    @Test
    @Tag("D9")
    void delayedCopyOfTheMailShouldNotCostItsHandOvers() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        Mail mail = item.getMail();
        MailImpl part = MailImpl.duplicate(mail);
        part.setRecipients(List.of(new MailAddress("a@x.example")));
        mail.setRecipients(List.of(new MailAddress("b@y.example")));

        queue.enQueue(mail, Duration.ofMinutes(5));
        delivery("transport", "smtp").service(part);
        item.done(CompletionStatus.SUCCESS);

        assertThat(only(SMTP).pendingRecipients()).hasSize(1);
        assertThat(only(SPOOL).id()).isEqualTo(before.id());
        assertThat(only(SPOOL).status().due()).isEqualTo(START.plus(Duration.ofMinutes(5)));
    }

    @Test
    @Tag("T10")
    void whatItIsToldShouldTravelInTheEnvelopeAlone() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();

        delivery(
                        "transport", "smtp",
                        "nexthop", "[relay.example]:2525",
                        "bounceProcessor", "bounces",
                        "onSuccess", "sent")
                .service(item.getMail());
        item.done(CompletionStatus.SUCCESS);

        var envelope = only(SMTP).envelope();
        assertThat(envelope.options().nexthop()).isEqualTo("[relay.example]:2525");
        assertThat(EnvelopeNote.BOUNCE_PROCESSOR.in(envelope)).contains("bounces");
        assertThat(EnvelopeNote.ON_SUCCESS.in(envelope)).contains("sent");
        assertThat(item.getMail().attributeNames()).isEmpty();
    }

    @Test
    void originalRecipientOfASingleOneShouldBeKnown() throws Exception {
        queue.enQueue(mail("alias@x.example"));
        MailQueueItem item = take();
        item.getMail().setRecipients(List.of(new MailAddress("user@x.example")));

        delivery("transport", "local").service(item.getMail());
        item.done(CompletionStatus.SUCCESS);

        assertThat(
                        only(LOCAL)
                                .envelope()
                                .options()
                                .of(new MailAddress("user@x.example"))
                                .original())
                .isEqualTo("alias@x.example");
    }

    @Test
    void processorsItNamesShouldBeRequired() throws Exception {
        QueueDelivery delivery =
                delivery("transport", "smtp", "bounceProcessor", "bounces", "onSuccess", "sent");

        List<String> required = new ArrayList<>();
        delivery.requiredProcessingState().forEach(state -> required.add(state.getValue()));

        assertThat(required).containsExactly("bounces", "sent");
    }

    @Test
    void wrongConfigurationShouldStopTheStartAndSayWhatIsAllowed() {
        assertThatThrownBy(() -> delivery())
                .hasMessage(
                        "QueueDelivery: the parameter <transport> is missing; allowed is a transport"
                                + " of qmgr.xml: local, smtp");
        assertThatThrownBy(() -> delivery("transport", "smpt"))
                .hasMessage(
                        "QueueDelivery: <transport> is 'smpt'; allowed is a transport of qmgr.xml:"
                                + " local, smtp");
        assertThatThrownBy(() -> delivery("transport", "smtp", "nexthop", "[relay"))
                .hasMessage(
                        "QueueDelivery: <nexthop> is '[relay'; allowed is host, [host], host:port or"
                                + " [host]:port");
        assertThatThrownBy(() -> delivery("transport", "smtp", "bounceProcessor", " "))
                .hasMessage(
                        "QueueDelivery: <bounceProcessor> is ' '; allowed is the name of a processor"
                                + " of mailetcontainer.xml");
        assertThatThrownBy(() -> delivery("transport", "smtp", "onSuccess", "ghost"))
                .hasMessageContaining("<onSuccess> is 'ghost'");
        assertThatThrownBy(() -> delivery("transport", "smtp", "gateway", "x"))
                .hasMessage(
                        "QueueDelivery: there is no parameter <gateway>; allowed are"
                                + " bounceProcessor, nexthop, onSuccess, transport");
    }

    @Test
    void jamesOwnParametersShouldBeAllowed() throws Exception {
        assertThat(delivery("transport", "smtp", "onMailetException", "propagate").getMailetInfo())
                .isEqualTo("QueueDelivery");
    }
}
