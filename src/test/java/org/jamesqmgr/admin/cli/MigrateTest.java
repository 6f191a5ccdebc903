/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.OperatorResult;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("Q10")
class MigrateTest {

    private static final Clock CLOCK = Clock.fixed(FakeServer.NOW, ZoneOffset.UTC);
    private static final Instant NOW = FakeServer.NOW;

    @TempDir private Path temporary;
    private Path oldConf;
    private Path newConf;
    private Path oldQueue;
    private Path newQueue;

    @BeforeEach
    void configure() throws Exception {
        oldConf = configured("old", "<qmgr/>");
        newConf =
                configured(
                        "new",
                        "<qmgr><queue_directory>file://elsewhere/queue</queue_directory></qmgr>");
        oldQueue = temporary.resolve("old/var/spool/qmgr");
        newQueue = temporary.resolve("new/elsewhere/queue");
    }

    private Path configured(String name, String settings) throws Exception {
        Path conf = Files.createDirectories(temporary.resolve(name).resolve("conf"));
        Files.writeString(conf.resolve("qmgr.xml"), settings);
        return conf;
    }

    private static DirectoryMessageStore open(Path queue) throws Exception {
        return DirectoryMessageStore.open(queue, CLOCK);
    }

    private static QueueId accept(Path queue) throws Exception {
        try (DirectoryMessageStore store = open(queue)) {
            return store.accept(
                    EnvelopeBuilder.mail(new TransportName("spool"), NOW).build(),
                    out -> out.write("body".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static QueueId acceptHeld(Path queue) throws Exception {
        QueueId id = accept(queue);
        try (DirectoryMessageStore store = open(queue)) {
            assertThat(store.hold(id, "looked at")).isEqualTo(OperatorResult.DONE);
        }
        return id;
    }

    private Result migrate(Path from, Path to) throws Exception {
        return run("--from", from.toString(), "--to", to.toString());
    }

    private Result run(String... options) throws Exception {
        String[] args = new String[options.length + 2];
        args[0] = "qmgr";
        args[1] = "migrate";
        System.arraycopy(options, 0, args, 2, options.length);
        return FakeServer.run(temporary, InputStream.nullInputStream(), false, args);
    }

    private static void assertIn(Path queue, QueueName name, QueueId id) throws Exception {
        try (DirectoryMessageStore store = open(queue)) {
            assertThat(store.find(id)).get().matches(message -> message.queue() == name);
        }
    }

    @Test
    void mailShouldGoFromTheStoreOfOneConfigurationToThatOfTheOther() throws Exception {
        QueueId fresh = accept(oldQueue);
        QueueId held = acceptHeld(oldQueue);

        Result result = migrate(oldConf, newConf);

        assertThat(result).isEqualTo(new Result("moved: 2 messages (1 incoming, 1 hold)\n", "", 0));
        assertIn(newQueue, QueueName.INCOMING, fresh);
        assertIn(newQueue, QueueName.HOLD, held);
        assertThat(migrate(oldConf, newConf)).isEqualTo(new Result("moved: 0 messages\n", "", 0));
    }

    @Test
    void storesShouldBeNamedByTheirFilesToo() throws Exception {
        QueueId id = accept(oldQueue);

        assertThat(migrate(oldConf.resolve("qmgr.xml"), newConf.resolve("qmgr.xml")).status())
                .isZero();
        assertIn(newQueue, QueueName.INCOMING, id);
        assertThat(migrate(newQueue, oldQueue).status()).isZero();
        assertIn(oldQueue, QueueName.INCOMING, id);
    }

    @Test
    void somethingThatIsNoStoreShouldBeSaid() throws Exception {
        Path typo = temporary.resolve("cnof");

        Result result = migrate(typo, newConf);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "qmgr: fatal: --from: there is no "
                                + typo
                                + ": name a configuration directory with a qmgr.xml, that file, or"
                                + " a queue directory\n");
        assertThat(Files.exists(newQueue)).isFalse();
    }

    @Test
    void sourceThatIsNotThereShouldNotBeMade() throws Exception {
        Result result = migrate(oldConf, newConf);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("qmgr: fatal: --from: there is no queue directory " + oldQueue + "\n");
        assertThat(Files.exists(oldQueue)).isFalse();
        assertThat(Files.exists(newQueue)).isFalse();
    }

    @Test
    void oneStoreShouldNotBeMovedIntoItself() throws Exception {
        accept(oldQueue);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), oldQueue);

        Result result = migrate(oldConf, link);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("are the same store: " + oldQueue);
    }

    @Test
    void bothStoresShouldHaveToBeNamed() throws Exception {
        assertThat(run("--from", "x").err()).contains("--to");
        assertThat(run("--to", "x").err()).contains("--from");
        assertThat(run("--to", "x").status()).isEqualTo(1);
    }

    @Test
    void storeInUseShouldNotBeTouched() throws Exception {
        accept(oldQueue);
        try (DirectoryMessageStore server = open(oldQueue)) {
            Result result = migrate(oldConf, newConf);

            assertThat(result.status()).isEqualTo(69);
            assertThat(result.err())
                    .startsWith("qmgr: fatal: --from: the queue directory " + oldQueue)
                    .contains("in use");
            assertThat(server.counts()).containsEntry(QueueName.INCOMING, 1L);
        }
    }

    @Test
    void mistakesInASettingsFileShouldBeSaid() throws Exception {
        Files.writeString(newConf.resolve("qmgr.xml"), "<qmgr>\n<nonsense>1</nonsense></qmgr>");

        Result result = migrate(oldConf, newConf);

        assertThat(result.status()).isEqualTo(78);
        assertThat(result.err()).contains("line 2").contains("nonsense");
    }

    @Test
    void whatStaysBehindShouldBeNamed() throws Exception {
        QueueId id = accept(oldQueue);
        Files.writeString(oldQueue.resolve("corrupt/.hidden"), "what is left");

        Result result = migrate(oldConf, newConf);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).startsWith("qmgr: warning: .hidden stays where it is: ");
        assertThat(result.out()).isEqualTo("moved: 1 message (1 incoming)\n");
        assertIn(newQueue, QueueName.INCOMING, id);
        assertThat(oldQueue.resolve("corrupt/.hidden")).exists();
    }

    @Test
    @Tag("Q8")
    void damagedMailShouldBeCounted() throws Exception {
        accept(oldQueue);
        Files.writeString(oldQueue.resolve("corrupt/" + accept(newQueue)), "what is left");

        Result result = migrate(oldConf, newConf);

        assertThat(result.out()).isEqualTo("moved: 2 messages (1 incoming, 1 corrupt)\n");
        try (DirectoryMessageStore store = open(newQueue)) {
            assertThat(store.counts())
                    .containsEntry(QueueName.INCOMING, 2L)
                    .containsEntry(QueueName.CORRUPT, 1L);
            assertThat(List.copyOf(store.damaged())).hasSize(1);
        }
    }
}
