/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.GuiceJamesServer;
import org.apache.james.JamesServerMain;
import org.jamesqmgr.Launcher.CannotLaunchException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LauncherTest {

    private static final List<String> RECEIVED = new ArrayList<>();

    public static final class StockMain {
        public static void main(String[] args) {
            RECEIVED.addAll(List.of(args));
        }
    }

    public static final class FailingMain {
        public static void main(String[] args) {
            throw new IllegalStateException("as James said it");
        }
    }

    public static final class NoMain {}

    @BeforeEach
    void forgetWhatWasReceived() {
        RECEIVED.clear();
    }

    @Test
    void launchShouldPassTheRemainingArgumentsToTheGivenMain() throws Throwable {
        Launcher.launch(StockMain.class.getName(), "--first", "second");

        assertThat(RECEIVED).containsExactly("--first", "second");
    }

    @Test
    void launchShouldThrowWhatTheMainThrows() {
        assertThatThrownBy(() -> Launcher.launch(FailingMain.class.getName()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("as James said it");
    }

    @Test
    void launchShouldNameTheUsualMainsWhenItsOwnIsUnknown() {
        assertThatThrownBy(() -> Launcher.launch("org.example.Unknown"))
                .isInstanceOf(CannotLaunchException.class)
                .hasMessageContaining("org.example.Unknown")
                .hasMessageContaining("org.apache.james.MemoryJamesServerMain")
                .hasMessageContaining("org.apache.james.JPAJamesServerMain");
    }

    @Test
    void launchShouldRefuseAClassWithoutMain() {
        assertThatThrownBy(() -> Launcher.launch(NoMain.class.getName()))
                .isInstanceOf(CannotLaunchException.class)
                .hasMessageContaining("has no main method");
    }

    @Test
    void theServerMainOnTheClassPathShouldBeOurs() {
        assertThatCode(() -> Launcher.requireOurServerMain(JamesServerMain.class))
                .doesNotThrowAnyException();
    }

    @Test
    void aServerMainFromAJarOfJamesShouldBeRefusedAndTheJarNamed() {
        assertThatThrownBy(() -> Launcher.requireOurServerMain(GuiceJamesServer.class))
                .isInstanceOf(CannotLaunchException.class)
                .hasMessageContaining("james-qmgr.jar must come first")
                .hasMessageContaining("james-server-guice-common");
    }
}
