/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import javax.mail.MessagingException;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.queue.api.MailQueue.MailQueueItem.CompletionStatus;
import org.apache.mailet.Mail;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store fails while the pipeline is at work: what it has made of a mail then does not count. */
@Tag("Q3")
@Tag("Q7")
class StoreTroubleTest extends PipelineFixture {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource(CompletionStatus.class)
    void mailWhoseEndCannotBeStoredShouldWaitAgainOnceTheStoreWorks(CompletionStatus status)
            throws Exception {
        queue.enQueue(mail("a@far.example"));
        MailQueueItem item = take();
        item.getMail();

        store.fail(true);
        assertThatThrownBy(() -> item.done(status))
                .isInstanceOf(MailQueueException.class)
                .hasMessageContaining("told to fail");
        store.fail(false);

        await().atMost(LIMIT).until(() -> only(SPOOL).queue() != QueueName.ACTIVE);
        assertThat(take().getMail().getRecipients()).hasSize(1);
    }

    @Test
    void runThatCouldNotReadItsMailShouldBeRepeated() throws Exception {
        queue.enQueue(mail("a@far.example"));
        MailQueueItem item = take();
        Mail mail = item.getMail();

        store.failReads(true);
        assertThatThrownBy(() -> mail.getMessage().getAllHeaders())
                .isInstanceOf(MessagingException.class);
        store.failReads(false);
        initialised(new Hold(parts), "reason", "a mailet has failed").service(mail);
        item.done(CompletionStatus.SUCCESS);

        assertRepeated(only(SPOOL));
    }

    @Test
    void failedRunThatCouldNotReadItsMailShouldMakeNoSecondMessage() throws Exception {
        queue.enQueue(mail("a@far.example"));
        MailQueueItem item = take();
        Mail mail = item.getMail();
        mail.getMessage().setHeader("X-Changed", "yes");

        store.failReads(true);
        fail(item, List.copyOf(mail.getRecipients()));
        store.failReads(false);

        assertRepeated(only(SPOOL));
    }

    private void assertRepeated(QueuedMessage message) throws Exception {
        assertThat(message.queue()).isEqualTo(QueueName.DEFERRED);
        assertThat(message.status().reason())
                .contains("could not be read")
                .contains("told to fail");
        assertThat(content(message)).isEqualTo(RAW);
    }
}
