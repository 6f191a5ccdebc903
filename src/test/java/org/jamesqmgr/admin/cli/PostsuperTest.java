/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jamesqmgr.admin.cli.FakeQueueManager.FakeMail;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Postfix 3.7 wrote. */
@Tag("A2")
class PostsuperTest {

    private static final String FIRST = "4jY2qn5LspzL4qr1";
    private static final String SECOND = "4jY2qn5VlQzL4qn2";
    private static final String THIRD = "4jY2qn5dM4zL4qk3";

    @TempDir private Path home;
    private FakeServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
        mail(FIRST, "active", "a@b.test");
        mail(SECOND, "deferred", "c@d.test");
        mail(THIRD, "deferred", "a@b.test");
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    private void mail(String id, String queue, String sender) {
        server.queueManager.add(new FakeMail(id, queue, 0, 100, sender));
    }

    private static Result said(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append("postsuper: ").append(line).append('\n');
        }
        return new Result("", text.toString(), 0);
    }

    @Test
    void deletingShouldSayWhatIsRemoved() {
        assertThat(server.run("postsuper", "-d", SECOND))
                .isEqualTo(said(SECOND + ": removed", "Deleted: 1 message"));
        assertThat(server.run("postsuper", "-d", SECOND)).isEqualTo(said("Deleted: 0 messages"));
    }

    @Test
    void idsShouldBeReadFromStandardInput() {
        assertThat(server.runWith(SECOND + "\nNOSUCH\n" + THIRD + "\n", "postsuper", "-d", "-"))
                .isEqualTo(said(SECOND + ": removed", THIRD + ": removed", "Deleted: 2 messages"));
        assertThat(server.runWith("", "postsuper", "-d", "-"))
                .isEqualTo(said("Deleted: 0 messages"));
    }

    @Test
    void allShouldBeSummedUp() {
        assertThat(server.run("postsuper", "-d", "ALL", "incoming"))
                .isEqualTo(said("Deleted: 0 messages"));
        assertThat(server.run("postsuper", "-dALL", "deferred"))
                .isEqualTo(said("Deleted: 2 messages"));
        assertThat(server.run("postsuper", "-d", "ALL")).isEqualTo(said("Deleted: 1 message"));
        assertThat(server.queueManager.mails).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad/id", "..", "*", "?", "../../../etc/passwd", "", "=ALL", "ALL "})
    void whatIsNoIdShouldMatchNothing(String id) {
        assertThat(server.run("postsuper", "-d", id))
                .isEqualTo(said("warning: invalid mail queue id: " + id, "Deleted: 0 messages"));
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "NOSUCHID123", "4jY2qn5dM4", "4jY2qn5dM4zL4qk3X"})
    void idsOfAnotherKindShouldMatchNothing(String id) {
        assertThat(server.run("postsuper", "-d", id)).isEqualTo(said("Deleted: 0 messages"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuchqueue", "corrupt", "../deferred", ""})
    void aQueueThatIsNoneShouldBeRefused(String queue) {
        assertThat(server.run("postsuper", "-d", "ALL", queue))
                .isEqualTo(
                        new Result(
                                "",
                                "postsuper: fatal: invalid directory name: " + queue + "\n",
                                1));
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @Test
    void anUnknownOptionShouldEndAsPostfixs() {
        assertThat(server.run("postsuper", "-x"))
                .isEqualTo(
                        new Result(
                                "",
                                """
                                postsuper: invalid option -- 'x'
                                postsuper: fatal: usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S (redundant structure fix)][-v (verbose)] [queue...]
                                """,
                                1));
    }

    @Test
    void anOptionShouldNotTakeAnotherOneForMissing() {
        assertThat(server.run("postsuper", "-d").err())
                .startsWith("postsuper: option requires an argument -- 'd'\n");
        assertThat(server.run("postsuper", "-d", "-h", "ALL").err())
                .isEqualTo("postsuper: fatal: invalid directory name: ALL\n");
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @Test
    @Tag("A3")
    void holdAndReleaseShouldSayWhatTheyDid() {
        assertThat(server.run("postsuper", "-h", SECOND))
                .isEqualTo(said(SECOND + ": placed on hold", "Placed on hold: 1 message"));
        assertThat(server.run("postsuper", "-h", SECOND))
                .isEqualTo(said("Placed on hold: 0 messages"));
        assertThat(server.run("postsuper", "-h", "ALL", "deferred"))
                .isEqualTo(said("Placed on hold: 1 message"));
        assertThat(server.run("postsuper", "-H", SECOND))
                .isEqualTo(said(SECOND + ": released from hold", "Released from hold: 1 message"));
        assertThat(server.run("postsuper", "-H", "ALL"))
                .isEqualTo(said("Released from hold: 1 message"));
        assertThat(server.run("postsuper", "-H", "NOSUCH99"))
                .isEqualTo(said("Released from hold: 0 messages"));
    }

    @Test
    @Tag("A4")
    void requeueShouldSayWhatItDid() {
        assertThat(server.run("postsuper", "-r", SECOND))
                .isEqualTo(said(SECOND + ": requeued", "Requeued: 1 message"));
        assertThat(server.run("postsuper", "-r", "ALL")).isEqualTo(said("Requeued: 3 messages"));
    }

    @Test
    void expiryShouldBeReportedBeforeRelease() {
        server.run("postsuper", "-h", SECOND);
        assertThat(server.run("postsuper", "-e", SECOND))
                .isEqualTo(said(SECOND + ": expired", "Force-expired: 1 message"));
        assertThat(server.run("postsuper", "-f", SECOND))
                .isEqualTo(
                        said(
                                SECOND + ": released from hold",
                                "Force-expired: 0 messages",
                                "Released from hold: 1 message"));
    }

    @Test
    void severalActionsShouldBeDoneInTheirOrderAndReportedInPostfixs() {
        assertThat(server.run("postsuper", "-h", SECOND, "-d", FIRST, "-r", THIRD, "-d", SECOND))
                .isEqualTo(
                        said(
                                SECOND + ": placed on hold",
                                FIRST + ": removed",
                                THIRD + ": requeued",
                                SECOND + ": removed",
                                "Requeued: 1 message",
                                "Deleted: 2 messages",
                                "Placed on hold: 1 message"));
    }

    @Test
    void whatCannotBeStoppedShouldBeSaid() {
        server.queueManager.busy = FIRST;

        assertThat(server.run("postsuper", "-h", FIRST))
                .isEqualTo(
                        new Result(
                                "",
                                said(
                                                "warning: "
                                                        + FIRST
                                                        + ": not placed on hold: it is being"
                                                        + " delivered",
                                                "Placed on hold: 0 messages")
                                        .err(),
                                1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-s", "-p", "-S", "-sp", "-v"})
    void postfixsRepairsShouldBeAcceptedInSilence(String option) {
        assertThat(server.run("postsuper", option)).isEqualTo(new Result("", "", 0));
    }

    @Test
    void binaryOnStandardInputShouldHarmNothing() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);

        Result result = server.run(new ByteArrayInputStream(bytes), false, "postsuper", "-d", "-");

        assertThat(result.status()).isZero();
        assertThat(result.err()).endsWith("postsuper: Deleted: 0 messages\n");
        assertThat(result.err().chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @Test
    void aMillionIdsShouldGoInPages() {
        Result result = server.run(new ManyIds(1_000_000), false, "postsuper", "-d", "-");

        assertThat(result).isEqualTo(said("Deleted: 0 messages"));
        assertThat(server.queueManager.largestRequest).isEqualTo(1_000);
        assertThat(server.queueManager.calls).hasSize(1_000);
    }

    @Test
    void whatIsReadShouldBeExpiredAndReleased() {
        mail("4jY2qn5dM4zL4qk4", "hold", "a@b.test");

        assertThat(server.runWith("4jY2qn5dM4zL4qk4\n", "postsuper", "-f", "-"))
                .isEqualTo(
                        said(
                                "4jY2qn5dM4zL4qk4: expired",
                                "4jY2qn5dM4zL4qk4: released from hold",
                                "Force-expired: 1 message",
                                "Released from hold: 1 message"));
    }

    @Test
    void whoWritesAnIdAndWaitsShouldBeAnswered() throws Exception {
        PipedInputStream input = new PipedInputStream();
        CompletableFuture<Result> result;
        try (PipedOutputStream ids = new PipedOutputStream(input)) {
            result =
                    CompletableFuture.supplyAsync(
                            () -> server.run(input, false, "postsuper", "-d", "-"));
            ids.write((FIRST + "\n").getBytes(StandardCharsets.US_ASCII));
            ids.flush();
            await().untilAsserted(
                            () -> assertThat(server.queueManager.mails).doesNotContainKey(FIRST));
        }
        assertThat(result.get(30, TimeUnit.SECONDS))
                .isEqualTo(said(FIRST + ": removed", "Deleted: 1 message"));
    }

    /** Ids, a line each, that are made while they are read. */
    private static final class ManyIds extends InputStream {
        private static final String DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
        private int left;
        private byte[] line = {};
        private int position;

        ManyIds(int count) {
            left = count;
        }

        @Override
        public int read() throws IOException {
            if (position == line.length) {
                if (left == 0) {
                    return -1;
                }
                left--;
                line = (id(left) + "\n").getBytes(StandardCharsets.US_ASCII);
                position = 0;
            }
            return line[position++];
        }

        @Override
        public int available() {
            return left;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, length);
        }

        private static String id(int number) {
            char[] id = "5000000000z00000".toCharArray();
            for (int i = 9, rest = number; rest > 0; i--, rest /= 52) {
                id[i] = DIGITS.charAt(rest % 52);
            }
            return new String(id);
        }
    }

    @Test
    @Tag("A7")
    void aConditionShouldNarrowAll() {
        assertThat(server.run("postsuper", "--yes", "--from", "a@b.test", "-d", "ALL", "deferred"))
                .isEqualTo(said("Deleted: 1 message"));
        assertThat(server.queueManager.mails).containsOnlyKeys(FIRST, SECOND);
    }

    @Test
    @Tag("A7")
    void aDryRunShouldNameWhatItWouldDoAndDoNothing() {
        assertThat(server.run("postsuper", "--dry-run", "--from", "a@b.test", "-d", "ALL"))
                .isEqualTo(
                        said(
                                FIRST + ": would be removed",
                                THIRD + ": would be removed",
                                "dry run: would be removed: 2 messages"));
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @Test
    @Tag("A7")
    void withAConditionAPersonShouldBeAsked() {
        Result no = server.runAsking("n\n", "postsuper", "--from", "a@b.test", "-d", "ALL");
        assertThat(no.err())
                .isEqualTo(
                        "postsuper: delete 2 messages? [y/N] postsuper: fatal: nothing is done\n");
        assertThat(no.status()).isEqualTo(1);
        assertThat(server.queueManager.mails).hasSize(3);

        Result yes = server.runAsking("y\n", "postsuper", "--from", "a@b.test", "-d", "ALL");
        assertThat(yes.err()).endsWith("postsuper: Deleted: 2 messages\n");
    }

    @Test
    @Tag("A7")
    void whereNobodyCanBeAskedAConditionShouldNeedYes() {
        Result result = server.run("postsuper", "--from", "a@b.test", "-d", "ALL");

        assertThat(result)
                .isEqualTo(
                        new Result(
                                "",
                                "postsuper: fatal: nobody can be asked here: give --yes, or"
                                        + " --dry-run to see what would be done\n",
                                1));
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @ParameterizedTest
    @Tag("A7")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --yes --older-than 0 -d ALL          | --older-than takes no 0
                    --yes --older-than 9999999999w -d ALL | --older-than takes no 9999999999w
                    --yes --larger-than 17179869185G -d ALL | --larger-than takes no 17179869185G
                    --yes --older-than week -d ALL       | --older-than takes no week
                    --yes --larger-than -1 -d ALL        | --larger-than takes no -1
                    --yes --from a@b.test -d 4jY2qn5LspzL4qr1 | the conditions go with -d ALL, -h ALL, -H ALL, -r ALL, -e ALL or -f ALL
                    --yes --from a@b.test                | the conditions go with -d ALL, -h ALL, -H ALL, -r ALL, -e ALL or -f ALL
                    """)
    void conditionsThatMakeNoSenseShouldBeRefused(String args, String text) {
        Result result = server.run(("postsuper " + args).split(" "));

        assertThat(result).isEqualTo(new Result("", "postsuper: fatal: " + text + "\n", 1));
        assertThat(server.queueManager.mails).hasSize(3);
    }

    @Test
    @Tag("A7")
    void anEmptyConditionShouldNotMeanAll() {
        Result result = server.run("postsuper", "--yes", "--from", "", "-d", "ALL");

        assertThat(result).isEqualTo(new Result("", "postsuper: fatal: a condition is empty\n", 1));
        assertThat(server.queueManager.mails).hasSize(3);
    }
}
