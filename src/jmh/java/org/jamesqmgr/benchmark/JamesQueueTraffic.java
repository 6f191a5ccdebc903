/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.mail.MessagingException;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;
import org.apache.james.lifecycle.api.LifecycleUtil;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueue.MailQueueItem;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Mail through a James mail queue, whichever it is: each thread enqueues a mail, takes one that the
 * queue hands out and says that it is done. One subscriber asks for as many mails as there are
 * threads, as James's spooler does.
 */
final class JamesQueueTraffic {

    private static final long PATIENCE_SECONDS = 60;

    private final byte[] content;
    private final int threads;
    private final MailQueue queue;
    private final MailAddress sender;
    private final MailAddress recipient;
    private final AtomicLong names = new AtomicLong();
    private final BlockingQueue<MailQueueItem> handedOut = new LinkedBlockingQueue<>();
    private final Consumer consumer;
    private volatile boolean stopping;

    /** Asking may block with some queues, so it has a thread of its own. */
    private final Scheduler dequeueing = Schedulers.newSingle("dequeue", true);

    JamesQueueTraffic(MailQueue queue, int size, int threads) throws AddressException {
        this.queue = queue;
        this.content = Contents.ofSize(size);
        this.sender = new MailAddress("sender@example.com");
        this.recipient = new MailAddress("recipient@example.net");
        this.threads = threads;
        this.consumer = new Consumer();
        Flux.from(queue.deQueue()).subscribeOn(dequeueing).subscribe(consumer);
    }

    void enqueueClaimRemove() throws Exception {
        enqueue();
        takeAndComplete();
        consumer.request(1);
    }

    private void takeAndComplete() throws Exception {
        MailQueueItem item = handedOut.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (item == null) {
            throw new IllegalStateException(
                    "the queue handed out nothing for " + PATIENCE_SECONDS + " seconds");
        }
        Mail mail = item.getMail();
        item.done(MailQueueItem.CompletionStatus.SUCCESS);
        LifecycleUtil.dispose(mail);
    }

    private void enqueue() throws Exception {
        Mail mail = mail();
        queue.enQueue(mail);
        LifecycleUtil.dispose(mail);
    }

    /**
     * To be called before the queue is closed. The consumer leaves while it is handed a last mail:
     * some queues block whenever they have none to hand out.
     */
    void stop() throws Exception {
        stopping = true;
        enqueue();
        takeAndComplete();
        dequeueing.dispose();
    }

    private Mail mail() throws MessagingException {
        String name = "Mail" + names.incrementAndGet();
        MailImpl mail =
                MailImpl.builder()
                        .name(name)
                        .sender(sender)
                        .addRecipient(recipient)
                        .state(Mail.DEFAULT)
                        .build();
        mail.setMessageNoCopy(new MimeMessageWrapper(new Source(name)));
        return mail;
    }

    private final class Consumer extends BaseSubscriber<MailQueueItem> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(threads);
        }

        @Override
        protected void hookOnNext(MailQueueItem item) {
            if (stopping) {
                cancel();
            }
            handedOut.add(item);
        }
    }

    /** A message as it has just come in over SMTP. */
    private final class Source implements MimeMessageSource {
        private final String name;

        Source(String name) {
            this.name = name;
        }

        @Override
        public String getSourceId() {
            return name;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public long getMessageSize() {
            return content.length;
        }
    }
}
