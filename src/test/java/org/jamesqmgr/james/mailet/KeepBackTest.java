/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hold and Defer: mail that the pipeline keeps back, once. */
class KeepBackTest extends PipelineFixture {

    private GenericMailet hold() throws Exception {
        return initialised(new Hold(parts), "reason", "looked at first");
    }

    private GenericMailet defer() throws Exception {
        return initialised(new Defer(parts), "reason", "a little later");
    }

    @Test
    @Tag("A3")
    void heldMailShouldStayUnderItsIdAndGoOnWhenReleased() throws Exception {
        queue.enQueue(mail("a@x.example"));
        QueuedMessage before = only(SPOOL);
        process(take(), hold());

        QueuedMessage held = only(SPOOL);
        assertThat(held.id()).isEqualTo(before.id());
        assertThat(held.queue()).isEqualTo(QueueName.HOLD);
        assertThat(held.status().reason()).isEqualTo("looked at first");

        kept.release(held.id());
        pass(Duration.ofSeconds(1001));
        MailQueueItem released = take();
        hold().service(released.getMail());
        assertThat(released.getMail().getState()).isEqualTo("relay");
    }

    @Test
    @Tag("A3")
    void releasedMailShouldNotBeHeldAgainAfterTroubleInThePipeline() throws Exception {
        queue.enQueue(mail("a@x.example"));
        process(take(), hold());
        kept.release(only(SPOOL).id());
        pass(Duration.ofSeconds(1001));
        MailQueueItem released = take();
        hold().service(released.getMail());
        fail(released, List.of(new MailAddress("a@x.example")));
        pass(Duration.ofSeconds(4001));
        queue.flush();

        MailQueueItem again = take();
        hold().service(again.getMail());

        assertThat(again.getMail().getState()).isEqualTo("relay");
    }

    @Test
    @Tag("A3")
    void releasedMailShouldNotBeHeldAgainAfterAFullDisk() throws Exception {
        queue.enQueue(mail("a@x.example"));
        process(take(), hold());
        kept.release(only(SPOOL).id());
        pass(Duration.ofSeconds(1001));
        MailQueueItem released = take();
        hold().service(released.getMail());
        initialised(new QueueDelivery(parts, transports), "transport", "smtp")
                .service(released.getMail());
        store.acceptOnly(0);
        released.done(CompletionStatus.SUCCESS);
        store.acceptOnly(1);
        pass(Duration.ofSeconds(4001));
        queue.flush();

        process(
                take(),
                hold(),
                initialised(new QueueDelivery(parts, transports), "transport", "smtp"));

        assertThat(messages(SPOOL)).isEmpty();
        assertThat(messages(SMTP)).hasSize(1);
    }

    @Test
    void mailHeldForOneReasonShouldStillBeHeldForAnother() throws Exception {
        queue.enQueue(mail("a@x.example"));
        process(take(), hold());
        kept.release(only(SPOOL).id());
        pass(Duration.ofSeconds(1001));

        process(take(), hold(), initialised(new Hold(parts), "reason", "another"));
        assertThat(only(SPOOL).status().reason()).isEqualTo("another");
        kept.release(only(SPOOL).id());
        pass(Duration.ofSeconds(1001));

        MailQueueItem released = take();
        hold().service(released.getMail());
        assertThat(released.getMail().getState()).isEqualTo("relay");
    }

    @Test
    @Tag("D2")
    void deferredMailShouldWaitForItsBackoffAndThenGoOn() throws Exception {
        queue.enQueue(mail("a@x.example"));
        QueuedMessage before = only(SPOOL);
        process(take(), defer());

        QueuedMessage deferred = only(SPOOL);
        assertThat(deferred.id()).isEqualTo(before.id());
        assertThat(deferred.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(deferred.status().due()).isEqualTo(START.plusSeconds(1000));
        assertThat(deferred.status().scheduled()).isFalse();
        assertThat(deferred.status().reason()).isEqualTo("a little later");

        pass(Duration.ofSeconds(2001));
        queue.flush();
        MailQueueItem again = take();
        defer().service(again.getMail());
        assertThat(again.getMail().getState()).isEqualTo("relay");
    }

    @Test
    @Tag("A3")
    void partShouldBeHeldAsAMessageOfItsOwnWhileOthersGoOn() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        MailImpl part = split(item.getMail());

        hold().service(part);
        initialised(new QueueDelivery(parts, transports), "transport", "smtp")
                .service(item.getMail());
        item.done(CompletionStatus.SUCCESS);

        assertThat(only(SMTP).pendingRecipients()).containsExactly(new MailAddress("b@y.example"));
        QueuedMessage held = only(SPOOL);
        assertThat(held.id()).isNotEqualTo(before.id());
        assertThat(held.queue()).isEqualTo(QueueName.HOLD);
        assertThat(held.status().reason()).isEqualTo("looked at first");
        assertThat(held.pendingRecipients()).containsExactly(new MailAddress("a@x.example"));
        assertThat(held.envelope().scheduled()).isFalse();
        assertThat(content(held)).isEqualTo(RAW);
        assertThat(provenances.get(held.id()).origin()).contains(before.id());

        kept.release(held.id());
        pass(Duration.ofSeconds(1001));
        MailQueueItem released = take();
        assertThat(released.getMail().getState()).isEqualTo("relay");
        hold().service(released.getMail());
        assertThat(released.getMail().getState()).isEqualTo("relay");
    }

    @Test
    void soleRemainingPartShouldStayInPlace() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        QueuedMessage before = only(SPOOL);
        MailQueueItem item = take();
        MailImpl part = split(item.getMail());

        hold().service(part);
        item.getMail().setState(Mail.GHOST); // delivered by a mailet of James
        item.done(CompletionStatus.SUCCESS);

        assertThat(only(SPOOL).id()).isEqualTo(before.id());
        assertThat(only(SPOOL).pendingRecipients()).containsExactly(new MailAddress("a@x.example"));
    }

    @Test
    void deferredPartShouldWaitAsAMessageOfItsOwn() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        MailQueueItem item = take();
        MailImpl part = split(item.getMail());

        defer().service(part);
        initialised(new QueueDelivery(parts, transports), "transport", "smtp")
                .service(item.getMail());
        item.done(CompletionStatus.SUCCESS);

        QueuedMessage deferred = only(SPOOL);
        assertThat(deferred.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(deferred.status().scheduled()).isFalse();
        assertThat(deferred.status().due()).isEqualTo(START.plusSeconds(1000));
        assertThat(deferred.status().reason()).isEqualTo("a little later");
    }

    @Test
    void changedMailShouldBeHeldAsItIsNow() throws Exception {
        queue.enQueue(mail("a@x.example"));
        MailQueueItem item = take();
        item.getMail().getMessage().addHeader("X-New", "header");

        process(item, hold());

        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.HOLD);
        assertThat(content(only(SPOOL))).contains("X-New: header");
    }

    @Test
    @Tag("D10")
    void failedRunShouldHoldNothing() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        MailQueueItem item = take();
        List<MailAddress> recipients = List.copyOf(item.getMail().getRecipients());
        hold().service(split(item.getMail()));

        fail(item, recipients);

        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(only(SPOOL).pendingRecipients()).isEqualTo(recipients);
    }

    @Test
    @Tag("Q3")
    void partThatCannotBeStoredShouldDeferTheWholeMessage() throws Exception {
        queue.enQueue(mail("a@x.example", "b@y.example"));
        MailQueueItem item = take();
        hold().service(split(item.getMail()));
        initialised(new QueueDelivery(parts, transports), "transport", "smtp")
                .service(item.getMail());

        store.acceptOnly(0);
        item.done(CompletionStatus.SUCCESS);

        assertThat(messages(SMTP)).isEmpty();
        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(only(SPOOL).pendingRecipients()).hasSize(2);
    }

    @Test
    void withoutARunTheMailShouldBeHeldOnReturn() throws Exception {
        MailImpl mail = mail("a@x.example");

        hold().service(mail);

        assertThat(mail.getState()).isEqualTo(Mail.GHOST);
        assertThat(only(SPOOL).queue()).isEqualTo(QueueName.HOLD);
    }

    @Test
    void aReasonShouldBeGiven() {
        assertThatThrownBy(() -> initialised(new Hold(parts)))
                .hasMessage(
                        "Hold: the parameter <reason> is missing; allowed is a text of one line");
        assertThatThrownBy(() -> initialised(new Defer(parts), "reason", "two\nlines"))
                .hasMessageStartingWith("Defer: <reason> is 'two");
        assertThatThrownBy(() -> initialised(new Hold(parts), "reason", "x", "delay", "1h"))
                .hasMessage("Hold: there is no parameter <delay>; allowed are reason");
    }

    /** As James's matchers do: the matched recipients go on in a copy. */
    private static MailImpl split(Mail mail) throws Exception {
        MailImpl part = MailImpl.duplicate(mail);
        part.setState(mail.getState());
        part.setRecipients(List.of(new MailAddress("a@x.example")));
        mail.setRecipients(List.of(new MailAddress("b@y.example")));
        return part;
    }

    private static void process(MailQueueItem item, GenericMailet... mailets) throws Exception {
        for (GenericMailet mailet : mailets) {
            if (!item.getMail().getState().equals(Mail.GHOST)) {
                mailet.service(item.getMail());
            }
        }
        ((MailImpl) item.getMail()).dispose();
        item.done(CompletionStatus.SUCCESS);
    }
}
