/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jamesqmgr.config.PasswordTable.Login;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("T9")
class PasswordFileReaderTest {

    @TempDir private Path directory;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(PasswordFileReader.class);

    @BeforeEach
    void listenToTheLog() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void loginsShouldBeFoundByNextHopOrHost() throws Exception {
        PasswordTable table =
                PasswordFileReader.read(
                        file(
                                """
                                # logins
                                [Smarthost.example]:587   user@example.org:pass:word with space

                                mx.example\tother:secret
                                """,
                                "rw-------"));

        assertThat(table.find("[smarthost.example]:587", "192.0.2.1"))
                .contains(new Login("user@example.org", "pass:word with space"));
        assertThat(table.find("example", "MX.example")).contains(new Login("other", "secret"));
        assertThat(table.find("[smarthost.example]", "192.0.2.1")).isEmpty();
        assertThat(log.list).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[smarthost.example]:587",
                "host s3cret",
                "host user:",
                "host :s3cret",
                "s3cret:x"
            })
    void faultyLinesShouldStopTheStartWithoutShowingPasswords(String line) throws IOException {
        Path file = file("# one\n" + line + "\n", "rw-------");

        QmgrConfigurationException thrown = failure(file);

        assertThat(thrown.problems())
                .containsExactly(
                        file
                                + " line 2: found something else, allowed: a next hop or host, white"
                                + " space, user:password; or # and a comment");
    }

    @Test
    void sameHostTwiceShouldStopTheStart() throws IOException {
        assertThat(failure(file("a x:y\nA x:z\n", "rw-------")).problems())
                .singleElement()
                .asString()
                .endsWith("line 2: a is already in line 1, allowed: only one of them");
    }

    @Test
    void missingFileShouldStopTheStart() {
        assertThat(failure(directory.resolve("missing")))
                .hasMessageEndingWith("missing: cannot be read: NoSuchFileException");
    }

    @Test
    void bytesThatAreNoCharactersShouldStopTheStart() throws IOException {
        Path file = file("", "rw-------");
        Files.write(file, "a user:p\u00e4ss".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(failure(file)).hasMessageContaining("cannot be read: ");
    }

    @Test
    void fileForEverybodyShouldBeWarnedOf() throws Exception {
        PasswordFileReader.read(file("a x:y\n", "rw-r--r--"));

        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("advised: mode 0600");
    }

    @Test
    void loginShouldNotShowItsPassword() {
        assertThat(new Login("user", "s3cret")).hasToString("user:***");
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("sasl_passwd"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static QmgrConfigurationException failure(Path file) {
        return catchThrowableOfType(
                () -> PasswordFileReader.read(file), QmgrConfigurationException.class);
    }
}
