/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multiset;
import com.google.common.collect.Sets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.home.MailLogLines;
import org.jamesqmgr.home.QueueFiles;
import org.jamesqmgr.home.ServerHome;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.peer.ReceivedMail;
import org.jamesqmgr.peer.SlowAnswers;
import org.jamesqmgr.peer.SmtpSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mails for one mailbox and one slow next hop each, and a server that is killed in between. Nobody gets
 * a mail twice but those who were just getting it. {@code -Dshares.messages=1000} has more of them.
 */
@Tag("Q7")
@Tag("T7")
class TwoSharesKillIT {

    private static final int MESSAGES = Integer.getInteger("shares.messages", 200);

    /** How many the next hop takes before the kill. */
    private static final int TAKEN = MESSAGES * 3 / 10;

    /** Default of {@code default_destination_concurrency_limit}: to the next hop. */
    private static final int SESSIONS = 20;

    private static final List<String> USERS =
            List.of("one@localhost", "two@localhost", "three@localhost", "four@localhost");

    /** As {@code local_destination_concurrency_limit} says, two for each. */
    private static final int LOCAL_DELIVERIES = 2 * USERS.size();

    /** As the sample configures the spooler. */
    private static final int PIPELINES = 20;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The share that the pipeline makes first goes on in the message's own file, the other in a new one. */
    private enum InPlace {
        LOCAL(""),
        REMOTE(
                "<mailet match=\"HostIs=elsewhere.example\" class=\"org.jamesqmgr.james.mailet.QueueDelivery\">"
                        + "<transport>smtp</transport></mailet>");

        private final String mailets;

        InPlace(String mailets) {
            this.mailets = mailets;
        }
    }

    @TempDir Path directory;

    private final SlowAnswers nextHop = new SlowAnswers(PAUSE);
    private ServerHome home;
    private SmtpSink sink;
    private NotedMailboxes mailboxes;

    @BeforeEach
    void prepare() throws IOException {
        home = ServerHome.copyTo(directory.resolve("home"));
        home.settings(
                "<queue_run_delay>1s</queue_run_delay>",
                "<minimal_backoff_time>1s</minimal_backoff_time>");
        mailboxes = NotedMailboxes.of(home, USERS);
        sink = SmtpSink.listen(home.nextHopPort(), nextHop);
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
        sink.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatHasArrivedShouldNotArriveAgainWhenTheRestIsWaitingAtAKill(InPlace share)
            throws Exception {
        home.runFirst(share.mailets);
        home.start();
        MailBatch batch = MailBatch.start(home.smtpPort(), MESSAGES, TwoSharesKillIT::recipients);
        Set<String> accepted = batch.awaitEnd();
        assertThat(accepted).hasSize(MESSAGES);
        awaitState("mailboxes full, all remote ones waiting", MESSAGES, MESSAGES);
        nextHop.take(TAKEN);
        awaitState("some taken", MESSAGES, MESSAGES - TAKEN);
        await().atMost(LIMIT).until(() -> nextHop.waiting() == SESSIONS);

        home.kill();
        SharesSeen before = SharesSeen.of(home, mailboxes);
        Set<String> inDoubt = inDoubt(before);
        assertThat(before.local().elementSet()).isEqualTo(accepted);
        assertThat(before.remote()).hasSize(TAKEN);
        assertThat(inDoubt).hasSize(SESSIONS);
        assertThat(waitingInPlace()).hasSize(share == InPlace.REMOTE ? MESSAGES - TAKEN : 0);
        SharesSeen after = goOn();

        report(share + " in place, rest waiting", accepted, before, inDoubt, after);
        assertThat(after.mailboxes().elementSet()).isEqualTo(accepted);
        assertThat(after.mailboxes()).hasSize(MESSAGES);
        assertThat(after.local()).hasSize(MESSAGES);
        Multiset<String> taken = taken();
        assertThat(taken.elementSet()).isEqualTo(accepted);
        assertThat(inDoubt).containsAll(repeated(taken));
    }

    @Test
    void onlyWhatWasUnderWayShouldArriveAgainWhenAllIsBusyAtAKill() throws Exception {
        nextHop.takeAll();
        home.start();
        MailBatch batch = MailBatch.start(home.smtpPort(), MESSAGES, TwoSharesKillIT::recipients);
        await("half of the local deliveries")
                .atMost(LIMIT)
                .until(() -> SharesSeen.logged(home.mailLog(), "local").size() >= MESSAGES / 2);

        home.kill();
        Set<String> accepted = batch.awaitEnd();
        SharesSeen before = SharesSeen.of(home, mailboxes);
        Set<String> inDoubt = inDoubt(before);
        SharesSeen after = goOn();

        report("busy", accepted, before, inDoubt, after);
        assertThat(after.mailboxes().elementSet()).containsAll(accepted);
        assertThat(repeated(after.mailboxes())).hasSizeLessThanOrEqualTo(LOCAL_DELIVERIES);
        assertThat(after.mailboxes().entrySet()).allMatch(entry -> entry.getCount() <= 2);
        Multiset<String> taken = taken();
        assertThat(taken.elementSet()).containsAll(accepted);
        assertThat(inDoubt).hasSizeLessThanOrEqualTo(SESSIONS);
        assertThat(Sets.difference(repeated(taken), inDoubt)).hasSizeLessThanOrEqualTo(PIPELINES);
        assertThat(taken.entrySet()).allMatch(entry -> entry.getCount() <= 2);
    }

    private static List<String> recipients(String id) {
        String local = USERS.get(Integer.parseInt(id) % USERS.size());
        return List.of(local, "someone@elsewhere.example");
    }

    /** A message that is done has no file: what is known of it cannot be forgotten. */
    private void awaitState(String what, int local, int files) {
        await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(250))
                .until(
                        () ->
                                queued() == files
                                        && SharesSeen.logged(home.mailLog(), "local").size()
                                                == local);
    }

    private int queued() {
        QueueFiles files = home.queueFiles();
        return Stream.of(QueueName.values()).mapToInt(in -> files.in(in.asString()).size()).sum();
    }

    /** The messages that wait under the ids they were received with. */
    private Set<String> waitingInPlace() {
        QueueFiles files = home.queueFiles();
        Set<String> waiting = Sets.union(files.in("incoming"), files.in("active"));
        return home.mailLog().lines().stream()
                .filter(line -> line.text().startsWith("client="))
                .map(MailLogLines.Line::id)
                .filter(waiting::contains)
                .collect(Collectors.toSet());
    }

    /** What the next hop had whole, without the server having read, and kept, that it was taken. */
    private Set<String> inDoubt(SharesSeen before) {
        return Set.copyOf(Sets.difference(ids(sink.arrived()), before.remote().elementSet()));
    }

    private SharesSeen goOn() throws IOException {
        nextHop.takeAll();
        home.start();
        home.awaitEmptyQueues(LIMIT);
        assertThat(queued()).isZero();
        return SharesSeen.of(home, mailboxes);
    }

    private Multiset<String> taken() {
        return sink.taken().stream()
                .map(MailBatch::id)
                .collect(ImmutableMultiset.toImmutableMultiset());
    }

    private static Set<String> ids(List<ReceivedMail> mails) {
        return mails.stream().map(MailBatch::id).collect(Collectors.toSet());
    }

    private static Set<String> repeated(Multiset<String> ids) {
        return ids.entrySet().stream()
                .filter(entry -> entry.getCount() > 1)
                .map(Multiset.Entry::getElement)
                .collect(Collectors.toSet());
    }

    private void report(
            String when,
            Set<String> accepted,
            SharesSeen before,
            Set<String> inDoubt,
            SharesSeen after) {
        Set<String> local = repeated(after.mailboxes());
        Set<String> remote = repeated(taken());
        System.out.printf(
                "TwoSharesKillIT, %s at the kill: %d accepted; until the kill: %s, %d in doubt;"
                        + " in the end: %s; twice in a mailbox: %d (%d of them logged before);"
                        + " twice at the next hop: %d (%d of them logged before, %d in doubt)%n",
                when,
                accepted.size(),
                before,
                inDoubt.size(),
                after,
                local.size(),
                Sets.intersection(local, before.local().elementSet()).size(),
                remote.size(),
                Sets.intersection(remote, before.remote().elementSet()).size(),
                Sets.intersection(remote, inDoubt).size());
    }
}
