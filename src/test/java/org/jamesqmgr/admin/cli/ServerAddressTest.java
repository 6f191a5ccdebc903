/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jamesqmgr.admin.cli.ServerAddress.Credentials;
import org.jamesqmgr.admin.cli.ServerAddress.Given;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

    private static final Credentials OURS = new Credentials("james-admin", "secret");

    @TempDir private Path conf;

    @BeforeEach
    void keepPassword() throws Exception {
        Files.writeString(conf.resolve("jmxremote.password"), "james-admin secret\n");
    }

    private ServerAddress address(String host, String user, Path passwordFile) throws Exception {
        Given given =
                new Given(
                        Optional.ofNullable(host),
                        Optional.empty(),
                        Optional.ofNullable(user),
                        Optional.empty(),
                        Optional.ofNullable(passwordFile));
        return ServerAddress.of(conf, given);
    }

    @Test
    void theServerOfTheConfigurationShouldGetItsPassword() throws Exception {
        assertThat(address(null, null, null).credentials()).hasValue(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
    void thisMachineShouldGetItsPassword(String host) throws Exception {
        assertThat(address(host, null, null).credentials()).hasValue(OURS);
    }

    @Test
    void anotherMachineShouldNotLearnThePasswordOfThisOne() throws Exception {
        assertThat(address("mx2.example.org", null, null).credentials()).isEmpty();
        assertThat(address("mx2.example.org", "james-admin", null).credentials()).isEmpty();
    }

    @Test
    void aPasswordFileThatIsNamedShouldBeForAnyMachine() throws Exception {
        Path file = conf.resolve("jmxremote.password");

        assertThat(address("mx2.example.org", null, file).credentials()).hasValue(OURS);
    }

    @Test
    void aUserWithoutAPasswordShouldBeSaid() {
        assertThatThrownBy(() -> address(null, "nobody", null))
                .isInstanceOf(UnavailableException.class)
                .hasMessage(conf.resolve("jmxremote.password") + " has no password of nobody");
    }
}
