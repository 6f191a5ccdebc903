/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
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

class QmgrTest {

    private static final String ID = "4jY2qn5XWWzL4qt1";

    @TempDir private Path home;
    private FakeServer server;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    @Test
    void statusShouldCountTheQueuesAndNameWhatIsOutOfOrder() {
        server.queueManager.add(new FakeMail(ID, "deferred", 0, 1, "a@b.test"));
        server.queueManager.suspensions.add("smtp:");
        server.queueManager.draining = true;

        assertThat(server.run("qmgr", "status").out())
                .contains("deferred           1\n")
                .contains("suspended: smtp:\n")
                .contains("draining: new mail is refused")
                .doesNotContain("\u001b");
    }

    @Test
    @Tag("X2")
    void explainShouldSayWhereWhyAndWhatNext() {
        server.queueManager.add(
                new FakeMail(
                        ID, "deferred", 0, 1, "a@b.test", To.pending("c@d.test", "no such host")));

        assertThat(server.run("qmgr", "explain", ID).out())
                .contains("where      in the deferred queue\n")
                .contains("why        because\n")
                .contains("next       soon\n")
                .contains("to change  postqueue -i " + ID + "\n")
                .contains("to         <c@d.test> pending 4.0.0 no such host\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOSUCH", "../x", "4jY2qn5XWWzL4qt9", "all"})
    void explainingWhatIsNotThereShouldSaySo(String id) {
        assertThat(server.run("qmgr", "explain", id))
                .isEqualTo(new Result("", "qmgr: fatal: no such message: " + id + "\n", 1));
    }

    @Test
    @Tag("A10")
    void whatIsSuspendedShouldBeResumedWithTheSameWords() {
        assertThat(server.run("qmgr", "suspend", "smtp:d.test").status()).isZero();
        assertThat(server.queueManager.suspensions).containsExactly("smtp:d.test");

        assertThat(server.run("qmgr", "resume", "smtp:"))
                .isEqualTo(new Result("", "qmgr: fatal: not suspended: smtp:\n", 1));
        assertThat(server.run("qmgr", "resume", "smtp:d.test").status()).isZero();
        assertThat(server.queueManager.suspensions).isEmpty();
    }

    @Test
    @Tag("A10")
    void whatCannotBeSuspendedShouldBeRefused() {
        assertThat(server.run("qmgr", "suspend", "nonsense"))
                .isEqualTo(new Result("", "qmgr: fatal: not to be suspended: nonsense\n", 1));
    }

    @Test
    @Tag("A10")
    void drainShouldEndWhenTheQueueIsStill() {
        server.queueManager.stillAfter = 1;

        assertThat(server.run("qmgr", "drain").status()).isZero();
        assertThat(server.queueManager.draining).isTrue();

        server.run("qmgr", "drain", "--end");
        assertThat(server.queueManager.draining).isFalse();
    }

    @Test
    void reloadShouldSayWhatIsWrongWithTheFile() {
        assertThat(server.run("qmgr", "reload"))
                .isEqualTo(
                        new Result("", "qmgr: fatal: conf/qmgr.xml line 3: <qmgr>: unknown\n", 69));
    }

    @Test
    void checkShouldNeedNoServer() throws Exception {
        server.unregister();
        server.write("qmgr.xml", "<qmgr>\n  <queue_run_dealy>5s</queue_run_dealy>\n</qmgr>\n");

        Result wrong = server.run("qmgr", "check");

        assertThat(wrong.status()).isEqualTo(78);
        assertThat(wrong.err()).startsWith("qmgr: ").contains("line 2").contains("queue_run_dealy");

        server.write("qmgr.xml", "<qmgr/>\n");
        Result right = server.run("qmgr", "check");
        assertThat(right.status()).isZero();
        assertThat(right.out()).endsWith("qmgr.xml: no mistakes\n");
    }

    @Test
    @Tag("A9")
    void damagedFilesShouldBeListedExportedAndDeleted() throws Exception {
        byte[] damaged = {1, 2, (byte) 0xff, 0};
        server.queueManager.corrupt.put(ID, damaged);
        Path copy = home.resolve("copy");

        assertThat(server.run("qmgr", "corrupt", "list").out())
                .startsWith(ID)
                .endsWith("the checksum of the content is wrong\n");
        assertThat(
                        server.run("qmgr", "corrupt", "export", ID, "--output", copy.toString())
                                .status())
                .isZero();
        assertThat(Files.readAllBytes(copy)).isEqualTo(damaged);
        assertThat(server.run("qmgr", "corrupt", "export", ID, "--output", copy.toString()).err())
                .isEqualTo("qmgr: fatal: " + copy + " exists already\n");
        assertThat(server.run("qmgr", "corrupt", "show", ID).err())
                .isEqualTo("qmgr: fatal: " + ID + ": the envelope cannot be read\n");

        assertThat(server.run("qmgr", "corrupt", "delete", ID).err())
                .isEqualTo("qmgr: " + ID + ": removed\n");
        assertThat(server.run("qmgr", "corrupt", "delete", ID))
                .isEqualTo(
                        new Result(
                                "",
                                "qmgr: fatal: no such file in the corrupt queue: " + ID + "\n",
                                1));
    }

    @Test
    void anUnknownCommandShouldBeSaid() {
        Result result = server.run("qmgr", "explode");

        assertThat(result.err())
                .startsWith("qmgr: fatal: Unmatched argument at index 0: 'explode'");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void jamesOwnCommandLineShouldHaveItsCommandsToo() {
        assertThat(server.run("james-cli", "status").out()).contains("deferred");
        assertThat(server.run("james-cli", "qmgr", "status").out()).contains("deferred");
    }

    @Test
    @Tag("A8")
    void jamesOwnCommandsShouldBeToldWhereTheServerIs() throws Exception {
        ServerAddress address = ServerAddress.of(home.resolve("conf"), ServerAddress.Given.NOTHING);

        assertThat(JamesCli.arguments(address, java.util.List.of("AddDomain", "b.test")))
                .containsExactly(
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(server.port),
                        "--username",
                        "james-admin",
                        "--password",
                        "secret",
                        "AddDomain",
                        "b.test");
    }

    @Test
    void completionShouldKnowEveryProgram() {
        assertThat(server.run("qmgr", "completion").out())
                .contains("postqueue", "mailq", "postsuper", "postcat", "qshape", "destinations");
    }
}
