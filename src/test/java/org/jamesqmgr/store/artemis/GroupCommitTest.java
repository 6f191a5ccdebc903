/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.jamesqmgr.store.MessageStoreException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who comes while a transaction is under way shares the next one. */
@Tag("X1")
class GroupCommitTest {

    @RegisterExtension static final SharedQueues queues = SharedQueues.ofAllTests();

    private final CountDownLatch firstMayEnd = new CountDownLatch(1);
    private final CountDownLatch firstHasBegun = new CountDownLatch(1);
    private final List<List<String>> transactions = Collections.synchronizedList(new ArrayList<>());
    private final GroupCommit<String, String> commit =
            new GroupCommit<>(queues.broker(), this::transaction);

    private List<String> transaction(Channel channel, List<String> wanted, boolean again)
            throws ActiveMQException, MessageStoreException {
        transactions.add(wanted);
        if (wanted.contains("first")) {
            firstHasBegun.countDown();
            uninterruptibly(firstMayEnd);
        }
        if (wanted.contains("bad")) {
            throw new MessageStoreException("bad");
        }
        if (wanted.contains("silence")) {
            throw new ActiveMQException(ActiveMQExceptionType.CONNECTION_TIMEDOUT, "silence");
        }
        return wanted.stream().map(one -> one + (again ? " again" : "")).toList();
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<String> join(String wanted) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return commit.join(wanted);
                    } catch (MessageStoreException e) {
                        throw new CompletionException(e);
                    }
                },
                SharedQueues.THREADS);
    }

    /** All of these while a first one is under way. */
    private List<CompletableFuture<String>> joinTogether(String... wanted) throws Exception {
        CompletableFuture<String> first = join("first");
        firstHasBegun.await();
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            all.add(join(wanted[i]));
            int waiting = i + 1;
            await().until(() -> commit.waiting() == waiting);
        }
        firstMayEnd.countDown();
        assertThat(first.join()).isEqualTo("first");
        return all;
    }

    @Test
    void whoComesAloneShouldWaitForNobody() throws Exception {
        assertThat(commit.join("one")).isEqualTo("one");
        assertThat(commit.join("two")).isEqualTo("two");

        assertThat(transactions).containsExactly(List.of("one"), List.of("two"));
    }

    @Test
    void thoseWhoComeMeanwhileShouldShareATransaction() throws Exception {
        List<CompletableFuture<String>> all = joinTogether("a", "b", "c");

        assertThat(all).extracting(CompletableFuture::join).containsExactly("a", "b", "c");
        assertThat(transactions).containsExactly(List.of("first"), List.of("a", "b", "c"));
    }

    @Test
    @Tag("Q3")
    void oneThatCannotBeDoneShouldNotSpoilTheOthers() throws Exception {
        List<CompletableFuture<String>> all = joinTogether("a", "bad", "c");

        assertThat(all.get(0).join()).isEqualTo("a again");
        assertThat(all.get(2).join()).isEqualTo("c again");
        assertThatThrownBy(() -> all.get(1).join())
                .hasCauseInstanceOf(MessageStoreException.class)
                .hasMessageContaining("bad");
    }

    @Test
    @Tag("Q3")
    void silenceShouldFailAllAtOnce() throws Exception {
        List<CompletableFuture<String>> all = joinTogether("a", "silence", "c");

        for (CompletableFuture<String> one : all) {
            assertThatThrownBy(one::join).hasCauseInstanceOf(MessageStoreException.class);
        }
        assertThat(transactions).hasSize(2);
        assertThat(commit.join("next")).isEqualTo("next");
    }
}
