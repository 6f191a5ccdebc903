/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mail streams through the server to a next hop and into a mailbox while the server is killed again
 * and again. What the server took on is what counts: it must arrive at both, whole.
 */
@Tag("Q2")
@Tag("Q3")
@Tag("Q7")
class KillIT {

    private static final int KILLS = 10;
    private static final int SENDERS = 4;

    /** What a round must have taken on before its kill: this much at least, twice as much at most. */
    private static final int FEWEST = 100;

    /** For that, and for what the last kill has hit to get through. */
    private static final Duration ROUND_LIMIT = Duration.ofSeconds(60);

    private static final String REMOTE = "someone@elsewhere.example";
    private static final String LOCAL = "somebody@localhost";

    @TempDir Path directory;

    private final Random random = new Random(4711);
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Map<QueueName, Integer> hit = new EnumMap<>(QueueName.class);

    @Test
    void whatWasAcceptedShouldArriveHoweverOftenTheServerIsKilled() throws Exception {
        try (ServerHome home = ServerHome.copyTo(directory.resolve("home"));
                SmtpSink sink = SmtpSink.listen(home.nextHopPort(), new FirstTimeUnwilling())) {
            home.settings(
                    "<queue_run_delay>1s</queue_run_delay>",
                    "<minimal_backoff_time>1s</minimal_backoff_time>",
                    "<maximal_backoff_time>2s</maximal_backoff_time>");
            NotedMailboxes mailboxes = NotedMailboxes.of(home, List.of(LOCAL));

            for (int round = 1; round <= KILLS; round++) {
                streamUntilKilled(home, round);
            }
            home.start();
            home.awaitEmptyQueues(Duration.ofSeconds(90));

            QueueFiles files = home.queueFiles();
            assertThat(files.in("hold")).isEmpty();
            assertThat(files.in("corrupt")).isEmpty();
            account("next hop", accepted, sink.taken());
            Set<String> local = new HashSet<>(accepted);
            local.removeIf(id -> !recipients(id).contains(LOCAL));
            account("mailbox", local, mailboxes.copies());
            assertThat(hit)
                    .as("queued at the time of the kills")
                    .hasEntrySatisfying(QueueName.INCOMING, count -> assertThat(count).isPositive())
                    .hasEntrySatisfying(QueueName.ACTIVE, count -> assertThat(count).isPositive())
                    .hasEntrySatisfying(
                            QueueName.DEFERRED, count -> assertThat(count).isPositive());
        }
    }

    /** Every tenth goes to both, so that the mailbox, which is slower, keeps up. */
    private static List<String> recipients(String id) {
        return id.endsWith("3") ? List.of(REMOTE, LOCAL) : List.of(REMOTE);
    }

    private void streamUntilKilled(ServerHome home, int round) throws Exception {
        QueueFiles files = home.queueFiles();
        Set<String> wereActive = new HashSet<>(files.in("incoming"));
        wereActive.addAll(files.in("active"));
        home.start();
        List<MailStream> streams = startStreams(home, round);
        int enough = accepted.size() + FEWEST + random.nextInt(FEWEST);
        await().atMost(ROUND_LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> accepted.size() >= enough && recovered(files, wereActive));

        home.kill();

        for (MailStream stream : streams) {
            stream.awaitEnd();
        }
        for (QueueName queue : QueueName.values()) {
            hit.merge(queue, files.in(queue.asString()).size(), Integer::sum);
        }
    }

    private List<MailStream> startStreams(ServerHome home, int round) throws Exception {
        List<MailStream> streams = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            String name = round + "-" + i;
            streams.add(MailStream.start(home.smtpPort(), name, KillIT::recipients, accepted::add));
        }
        return streams;
    }

    /**
     * A message that was active at several kills in a row would be blamed for them. These kills are
     * not its fault, so each gets through before the next.
     */
    private static boolean recovered(QueueFiles files, Set<String> wereActive) {
        return Collections.disjoint(wereActive, files.in("incoming"))
                && Collections.disjoint(wereActive, files.in("active"));
    }

    private void account(String where, Set<String> expected, List<ReceivedMail> taken) {
        Multiset<String> delivered = HashMultiset.create();
        for (ReceivedMail mail : taken) {
            String id = mail.header(MailStream.ID).orElseThrow();
            assertThat(mail.body()).as(id).isEqualTo(MailStream.body(id));
            delivered.add(id);
        }
        Set<String> lost = new HashSet<>(expected);
        lost.removeAll(delivered.elementSet());
        int duplicated = delivered.size() - delivered.elementSet().size();
        System.out.printf(
                "KillIT: %s: %d kills, %d accepted, %d lost, %d delivered, %d of them duplicates, killed in %s%n",
                where, KILLS, expected.size(), lost.size(), delivered.size(), duplicated, hit);

        assertThat(lost).as(where).isEmpty();
    }

    /** Puts every seventh mail off once, so that some are always deferred. */
    private static final class FirstTimeUnwilling implements SmtpSink.Answers {

        private final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        public String toMessage(ReceivedMail mail) {
            String id = mail.header(MailStream.ID).orElseThrow();
            boolean unwilling = id.hashCode() % 7 == 0 && seen.add(id);
            return unwilling ? "451 4.3.0 not now" : "250 2.0.0 taken";
        }
    }
}
