/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.transport.RoutingTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("T9")
class SettingsFileTest {

    @TempDir private Path directory;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SettingsFile.class);
    private Path file;
    private final AtomicReference<RoutingTable> routes = new AtomicReference<>();
    private SettingsFile settings;

    @BeforeEach
    void start() throws Exception {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        file = directory.resolve("qmgr.xml");
        write("<relayhost>[old.example]</relayhost>");
        QmgrSettings started = QmgrSettingsReader.read(file);
        routes.set(started.delivery().routes());
        settings = new SettingsFile(file, started, routes::set);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    @Test
    void reloadShouldPutOtherRoutesInForce() throws Exception {
        write("<relayhost>[new.example]</relayhost>");
        settings.reload();

        assertThat(destination()).isEqualTo("smtp:[new.example]");
        assertThat(messages()).containsExactly("INFO " + file + ": other routes are in force");
    }

    @Test
    void reloadShouldBeQuietWhenNothingHasChanged() throws Exception {
        settings.reload();

        assertThat(destination()).isEqualTo("smtp:[old.example]");
        assertThat(messages()).isEmpty();
    }

    @Test
    void reloadShouldKeepTheRoutesWhenTheFileIsWrong() throws Exception {
        write("<relayhost>[new.example</relayhost>");

        assertThatThrownBy(settings::reload).isInstanceOf(QmgrConfigurationException.class);
        assertThat(destination()).isEqualTo("smtp:[old.example]");
    }

    @Test
    void reloadShouldNotRouteToTransportsThatDoNotRun() throws Exception {
        write(
                "<transports><transport name='slow' agent='smtp'/></transports>"
                        + "<transport_maps><entry domain='*'>slow:</entry></transport_maps>");
        settings.reload();

        assertThat(destination()).isEqualTo("smtp:[old.example]");
        assertThat(messages())
                .containsExactly(
                        "WARN " + file + ": other transports need a restart, as do routes to them");
    }

    @Test
    void reloadShouldSayThatOtherChangesNeedARestart() throws Exception {
        write("<relayhost>[new.example]</relayhost><soft_bounce>yes</soft_bounce>");
        settings.reload();

        assertThat(destination()).isEqualTo("smtp:[new.example]");
        assertThat(messages())
                .contains(
                        "WARN "
                                + file
                                + ": only routes change without a restart, and more has changed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<notify_classes>bounce</notify_classes>",
                "<delay_warning_time>4h</delay_warning_time>",
                "<queue_minfree>1G</queue_minfree>",
            })
    void reloadShouldSayThatReportsAndNoticesNeedARestart(String other) throws Exception {
        write("<relayhost>[old.example]</relayhost>" + other);
        settings.reload();

        assertThat(messages())
                .containsExactly(
                        "WARN "
                                + file
                                + ": only routes change without a restart, and more has changed");
    }

    private String destination() {
        return routes.get()
                .route(
                        EnvelopeBuilder.mail(new TransportName("smtp"), Instant.EPOCH).build(),
                        address("user@target.example"))
                .toString();
    }

    private List<String> messages() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private void write(String elements) throws IOException {
        Files.writeString(file, "<qmgr>" + elements + "</qmgr>");
    }
}
