/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T1")
class StrandedMailTest {

    private final Clock clock = Clock.systemUTC();
    private final MemoryMessageStore store = new MemoryMessageStore(clock);

    @Test
    void mailThatNobodyTakesShouldBeReported() throws Exception {
        store("outgoing", 2);
        store("smtp", 1);

        assertThat(new StrandedMail(store, queues("spool", "smtp")).report())
                .singleElement()
                .asString()
                .startsWith("messages waiting for \"outgoing\": 2; nobody takes them");
    }

    @Test
    void nothingShouldBeSaidWhereAllIsTaken() throws Exception {
        store("spool", 1);

        assertThat(new StrandedMail(store, queues("spool", "smtp")).report()).isEmpty();
    }

    private void store(String transport, int messages) throws Exception {
        for (int i = 0; i < messages; i++) {
            store.accept(
                    EnvelopeBuilder.mail(new TransportName(transport), clock.instant()).build(),
                    out -> out.write('x'));
        }
    }

    private static MailQueueFactory<MailQueue> queues(String... names) {
        Set<MailQueueName> created =
                Set.of(names).stream()
                        .map(MailQueueName::of)
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
        return new MailQueueFactory<>() {
            @Override
            public Optional<MailQueue> getQueue(MailQueueName name, PrefetchCount count) {
                return Optional.empty();
            }

            @Override
            public MailQueue createQueue(MailQueueName name, PrefetchCount count) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Set<MailQueueName> listCreatedMailQueues() {
                return created;
            }
        };
    }
}
