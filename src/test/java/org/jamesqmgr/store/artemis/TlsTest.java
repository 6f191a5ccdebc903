/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.testing.ArtemisBroker;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker speaks TLS, with a certificate of its own that the server trusts. */
@Tag("X1")
class TlsTest {

    private static final String PASSWORD = "changeit";
    private static final TransportName SPOOL = new TransportName("spool");

    @TempDir private Path directory;
    private ArtemisBroker broker;

    @BeforeEach
    void start() throws Exception {
        keytool("-genkeypair", "broker.p12", "-keyalg EC -dname CN=broker -ext SAN=IP:127.0.0.1");
        keytool("-exportcert", "broker.p12", "-file broker.cer");
        keytool("-importcert", "trust.p12", "-file broker.cer -noprompt");
        broker = ArtemisBroker.startWithTls(directory.resolve("broker.p12"), PASSWORD);
    }

    private void keytool(String command, String store, String arguments) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(command, "-alias", "broker", "-keystore", store));
        line.addAll(List.of("-storepass", PASSWORD));
        line.addAll(List.of(arguments.split(" ", -1)));
        Process process =
                new ProcessBuilder(line)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    @AfterEach
    void stop() throws Exception {
        broker.stop();
    }

    /** The address as the sample has it. */
    @Test
    void storeShouldWorkOverTls() throws Exception {
        ArtemisSettings settings =
                new ArtemisSettings(
                        "%s?sslEnabled=true;trustStorePath=%s;trustStorePassword=%s"
                                .formatted(broker.url(), directory.resolve("trust.p12"), PASSWORD),
                        ArtemisBroker.USER,
                        ArtemisBroker.PASSWORD,
                        "qmgr",
                        "mx1",
                        Duration.ofSeconds(10));
        Clock clock = Clock.systemUTC();

        try (ArtemisMessageStore store =
                ArtemisMessageStore.open(settings, clock, SharedQueues.THREADS)) {
            Instant now = clock.instant();
            QueueId id =
                    store.accept(
                            EnvelopeBuilder.mail(SPOOL, now).build(),
                            out -> out.write("content".getBytes(US_ASCII)));
            try (MessageLease lease = store.claim(id).orElseThrow()) {
                assertThat(lease.content().open().readAllBytes())
                        .asString(US_ASCII)
                        .isEqualTo("content");
            }
        }
    }
}
