/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jamesqmgr.admin.cli.FakeQueueManager.FakeMail;
import org.jamesqmgr.admin.cli.FakeQueueManager.To;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Postfix 3.7 wrote for the same queues. */
@Tag("A6")
class QshapeTest {

    @TempDir private Path home;
    private FakeServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
        mail("1", "active", "alice@example.test", "bob@slow.test");
        mail("2", "deferred", "dave@example.test", "soft9@defer.test");
        mail(
                "3",
                "deferred",
                "alice@example.test",
                "x@dead.test",
                "full1@defer.test",
                "soft1@defer.test",
                "soft2@defer.test");
        mail("4", "deferred", "", "soft3@defer.test");
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    private void mail(String id, String queue, String sender, String... recipients) {
        To[] to = new To[recipients.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = To.pending(recipients[i], "");
        }
        server.queueManager.add(new FakeMail(id, queue, 0, 1, sender, to));
    }

    private void assertTable(String table, String... args) {
        assertThat(server.run(args)).isEqualTo(new Result(table, "", 0));
    }

    @Test
    void theUsualQueuesShouldBeIncomingAndActive() {
        assertTable(
                """
                                                         T  5 10 20 40 80 160 320 640 1280 1280+
                                                  TOTAL  1  1  0  0  0  0   0   0   0    0     0
                                              slow.test  1  1  0  0  0  0   0   0   0    0     0
                """,
                "qshape");
    }

    @Test
    void namedQueuesShouldBeCounted() {
        assertTable(
                """
                                                         T  5 10 20 40 80 160 320 640 1280 1280+
                                                  TOTAL  6  6  0  0  0  0   0   0   0    0     0
                                             defer.test  5  5  0  0  0  0   0   0   0    0     0
                                              dead.test  1  1  0  0  0  0   0   0   0    0     0
                """,
                "qshape",
                "deferred");
        assertTable(
                """
                                                         T  5 10 20 40 80 160 320 640 1280 1280+
                                                  TOTAL  0  0  0  0  0  0   0   0   0    0     0
                """,
                "qshape",
                "hold");
    }

    @Test
    void sendersShouldBeCountedByMessage() {
        assertTable(
                """
                                                         T  5 10 20 40 80 160 320 640 1280 1280+
                                                  TOTAL  3  3  0  0  0  0   0   0   0    0     0
                                           example.test  2  2  0  0  0  0   0   0   0    0     0
                                          MAILER-DAEMON  1  1  0  0  0  0   0   0   0    0     0
                """,
                "qshape",
                "-s",
                "deferred");
    }

    @Test
    void agesShouldBeAsAskedFor() {
        assertTable(
                """
                                                                                T  1  2  4  8 8+
                                                                         TOTAL  7  7  0  0  0  0
                                                                    defer.test  5  5  0  0  0  0
                                                                     slow.test  1  1  0  0  0  0
                                                                     dead.test  1  1  0  0  0  0
                """,
                "qshape",
                "-b",
                "5",
                "-t",
                "1",
                "-m",
                "1",
                "incoming",
                "active",
                "deferred");
        assertTable(
                """
                                                                T  5 10 15 20 25 30 35 40 45 45+
                                                         TOTAL  6  6  0  0  0  0  0  0  0  0   0
                                                    defer.test  5  5  0  0  0  0  0  0  0  0   0
                                                     dead.test  1  1  0  0  0  0  0  0  0  0   0
                """,
                "qshape",
                "-l",
                "deferred");
    }

    @Test
    void parentsShouldBeShownFromSoManySubdomainsOn() {
        for (int i = 1; i <= 3; i++) {
            mail("h" + i, "hold", "a@b.test", "to@d" + i + ".example.test");
        }

        assertThat(server.run("qshape", "-p", "-m3", "hold").out().lines())
                .anyMatch(line -> line.contains(" .example.test  3  3"));
        assertThat(server.run("qshape", "-p", "hold").out()).doesNotContain(" .example.test");
    }

    @Test
    void parentsWithTooFewSubdomainsShouldBeLeftOut() {
        assertTable(
                """
                                                         T  5 10 20 40 80 160 320 640 1280 1280+
                                                  TOTAL  6  6  0  0  0  0   0   0   0    0     0
                                             defer.test  5  5  0  0  0  0   0   0   0    0     0
                                              dead.test  1  1  0  0  0  0   0   0   0    0     0
                """,
                "qshape",
                "-p",
                "deferred");
    }

    @Test
    void reasonsShouldStandBehindTheCounts() {
        server.queueManager.add(
                new FakeMail(
                        "h",
                        "hold",
                        0,
                        1,
                        "a@b.test",
                        To.pending("x@y.test", "connect to y.test[192.0.2.1]:25: refused"),
                        To.pending("z@y.test", "connect to y.test[192.0.2.1]:25: refused"),
                        To.pending("\u001b[2J@y.test", "450 \u001b[2J")));

        assertTable(
                """
                  T  5 10 10+
                  3  3  0   0  TOTAL
                  2  2  0   0  connect to y.test[192.0.2.1]:25: refused
                  1  1  0   0  450 ?[2J
                """,
                "qshape",
                "--reason",
                "-b3",
                "hold");
    }

    @Test
    void reasonsShouldHaveNoDomains() {
        assertThat(server.run("qshape", "--reason", "-s"))
                .isEqualTo(
                        new Result(
                                "", "qshape: fatal: --reason goes with neither -s nor -p\n", 255));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-b31", "-l -b101", "-t100001", "-b2000000000", "-b99999999999"})
    void agesBeyondAllMeasureShouldBeRefused(String options) {
        Result result = server.run(("qshape " + options + " deferred").split(" "));

        assertThat(result.status()).isEqualTo(255);
        assertThat(result.err()).startsWith("qshape: ").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-b30 -t100000", "-l -b100 -t100000"})
    void agesUpToTheMostShouldBeCounted(String options) {
        assertThat(server.run(("qshape " + options + " deferred").split(" ")).status()).isZero();
    }

    @Test
    void aLongDomainShouldKeepItsEnd() {
        String domain = "x".repeat(60) + ".example.test";
        mail("h", "hold", "a@b.test", "to@" + domain);

        String row = server.run("qshape", "hold").out().lines().skip(2).findFirst().orElseThrow();

        assertThat(row).hasSize(80).startsWith("+").contains(".example.test  1  1");
    }

    @Test
    void aQueueThatIsNoneShouldBeSaid() {
        Result result = server.run("qshape", "nosuch");

        assertThat(result.err())
                .isEqualTo("qshape: warning: Can't stat nosuch: No such file or directory\n");
        assertThat(result.out()).contains("TOTAL  0");
        assertThat(result.status()).isZero();
    }

    @Test
    void wrongUsageShouldBeSaid() {
        assertThat(server.run("qshape", "-b", "many").status()).isEqualTo(255);
        assertThat(server.run("qshape", "-x").err()).startsWith("qshape: invalid option -- 'x'\n");
    }
}
