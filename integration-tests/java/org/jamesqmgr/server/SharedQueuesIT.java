/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SmtpSink;
import org.jamesqmgr.store.artemis.ArtemisMessageStore;
import org.jamesqmgr.store.artemis.ArtemisSettings;
import org.jamesqmgr.testing.ArtemisBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers share the queues of one broker, or of a pair, while each of them dies: what was answered
 * with 250 arrives. {@code -Dshared.kills=20 -Dshared.fewest=500} has more of it.
 */
@Tag("X1")
@Tag("Q3")
@Tag("Q7")
class SharedQueuesIT {

    private static final int KILLS = Integer.getInteger("shared.kills", 2);

    /** What is taken on before, between and after the kills. */
    private static final int FEWEST = Integer.getInteger("shared.fewest", 60);

    private static final int STREAMS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PREFIX = "qmgr";

    @TempDir Path directory;

    private final List<ArtemisBroker> brokers = new ArrayList<>();
    private final List<ServerHome> homes = new ArrayList<>();
    private final List<SharedStream> streams = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SmtpSink sink;
    private String url;

    @BeforeEach
    void prepare() throws Exception {
        homes.add(ServerHome.copyTo(directory.resolve("one")));
        homes.add(ServerHome.copyTo(directory.resolve("two")));
        sink = SmtpSink.listen(homes.get(0).nextHopPort(), SmtpSink.YES);
    }

    @AfterEach
    void stop() throws Exception {
        homes.forEach(ServerHome::close);
        sink.close();
        for (ArtemisBroker broker : brokers) {
            broker.stop();
        }
        threads.shutdownNow();
    }

    @Test
    void nothingShouldBeLostWhenServersAndTheirBrokerAreKilled() throws Exception {
        ArtemisBroker broker = ArtemisBroker.start();
        brokers.add(broker);
        startServers(broker.url());
        awaitMore();

        for (int kill = 0; kill < KILLS; kill++) {
            ServerHome home = homes.get(kill % 2);
            home.kill();
            awaitMore();
            home.start();
            awaitMore();
        }
        broker.kill();
        await("4xx while there is no broker")
                .atMost(LIMIT)
                .until(() -> streams.stream().mapToInt(SharedStream::refused).sum() > 0);
        broker.startAgain();
        awaitMore();

        account(KILLS + " kills of a server, one of the broker");
        await("a notice").atMost(LIMIT).until(this::isPostmasterTold);
    }

    @Test
    void nothingShouldBeLostWhenTheFirstOfAPairOfBrokersIsKilled() throws Exception {
        List<ArtemisBroker> pair = ArtemisBroker.startPair();
        brokers.addAll(pair);
        startServers("(" + pair.get(0).url() + "," + pair.get(1).url() + ")?ha=true");
        awaitMore();

        pair.get(0).kill();
        awaitMore();

        account("the first of two brokers killed");
    }

    private void startServers(String brokerUrl) throws Exception {
        url = brokerUrl;
        for (ServerHome home : homes) {
            home.sharing(
                    url,
                    "mx" + homes.indexOf(home) + ".example",
                    "<resource_notice_recipient>watch@elsewhere.example</resource_notice_recipient>",
                    "<queue_run_delay>1s</queue_run_delay>",
                    "<minimal_backoff_time>1s</minimal_backoff_time>",
                    "<maximal_backoff_time>2s</maximal_backoff_time>",
                    "<relayhost>[127.0.0.1]:" + homes.get(0).nextHopPort() + "</relayhost>");
            home.launch();
        }
        for (ServerHome home : homes) {
            home.awaitStart();
        }
        for (int i = 0; i < STREAMS; i++) {
            for (ServerHome home : homes) {
                String name = homes.indexOf(home) + "-" + i;
                streams.add(SharedStream.start(home.smtpPort(), name));
            }
        }
    }

    private Set<String> accepted() {
        Set<String> all = new HashSet<>();
        streams.forEach(stream -> all.addAll(stream.accepted()));
        return all;
    }

    private void awaitMore() {
        int enough = accepted().size() + FEWEST;
        await().atMost(LIMIT).until(() -> accepted().size() >= enough);
    }

    private Multiset<String> delivered() {
        Multiset<String> delivered = HashMultiset.create();
        for (ReceivedMail mail : sink.taken()) {
            mail.header(MailStream.ID)
                    .ifPresent(
                            id -> {
                                assertThat(mail.body()).as(id).isEqualTo(MailStream.body(id));
                                delivered.add(id);
                            });
        }
        return delivered;
    }

    private boolean isPostmasterTold() {
        return sink.taken().stream()
                .anyMatch(
                        mail ->
                                mail.header(MailStream.ID).isEmpty()
                                        && mail.content().contains("message store"));
    }

    private void account(String what) throws Exception {
        for (SharedStream stream : streams) {
            stream.stop();
        }
        Set<String> accepted = accepted();
        try {
            int missing = missing(accepted);
            while (missing > 0) {
                missing = awaitFewerThan(missing, accepted);
            }
        } finally {
            report(what, accepted);
        }
        await("empty queues").atMost(LIMIT).until(() -> waiting() == 0);
        assertThat(counts().get(QueueName.HOLD)).as("on hold").isZero();
        assertThat(counts().get(QueueName.CORRUPT)).as("corrupt").isZero();
    }

    private int missing(Set<String> accepted) {
        return Sets.difference(accepted, delivered().elementSet()).size();
    }

    /** However many there are, and however slow the machine is: some arrive, or they are lost. */
    private int awaitFewerThan(int before, Set<String> accepted) {
        return await("all that was accepted")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> missing(accepted), missing -> missing < before);
    }

    private void report(String what, Set<String> accepted) throws Exception {
        Multiset<String> delivered = delivered();
        Set<String> lost = Sets.difference(accepted, delivered.elementSet());
        System.out.printf(
                "SharedQueuesIT: %s: %d answered with 250, %d with 4xx, %d lost, %d delivered, %d of them duplicates; first lost %s, queues %s%n",
                what,
                accepted.size(),
                streams.stream().mapToInt(SharedStream::refused).sum(),
                lost.size(),
                delivered.size(),
                delivered.size() - delivered.elementSet().size(),
                lost.stream().limit(10).toList(),
                counts());
    }

    private long waiting() throws Exception {
        Map<QueueName, Long> counts = counts();
        return counts.get(QueueName.INCOMING)
                + counts.get(QueueName.ACTIVE)
                + counts.get(QueueName.DEFERRED);
    }

    /** As a third server sees it. */
    private Map<QueueName, Long> counts() throws Exception {
        ArtemisSettings settings =
                new ArtemisSettings(
                        url,
                        ArtemisBroker.USER,
                        ArtemisBroker.PASSWORD,
                        PREFIX,
                        "onlooker",
                        Duration.ofSeconds(10));
        ArtemisMessageStore store = ArtemisMessageStore.open(settings, Clock.systemUTC(), threads);
        try {
            store.load();
            return store.counts();
        } finally {
            store.close();
        }
    }
}
