/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QmgrSettingsTest {
    @Test
    void defaultsShouldBeThoseOfTheBookWeFollow() {
        assertThat(QmgrSettings.defaults())
                .isEqualTo(
                        new QmgrSettings(
                                StoreKind.DIRECTORY,
                                "file://var/spool/qmgr",
                                Duration.ofSeconds(1000),
                                Duration.ofSeconds(1000),
                                Duration.ofSeconds(4000),
                                Duration.ofDays(5),
                                20000,
                                20000,
                                Duration.ofSeconds(60),
                                new BrokerSettings(
                                        "tcp://127.0.0.1:61616",
                                        "",
                                        "",
                                        "qmgr",
                                        Duration.ofSeconds(10)),
                                0,
                                ParameterValues.defaults().toSettings().delivery(),
                                ParameterValues.defaults().toSettings().smtpClient(),
                                ParameterValues.defaults().toSettings().reporting()));
    }

    @Test
    void defaultsShouldNeedNoAdvice() {
        ParameterValues defaults = ParameterValues.defaults();

        assertThat(OrderedTimes.ADVISED).allMatch(rule -> rule.violation(defaults).isEmpty());
    }

    @Test
    void settingsShouldNotContradictThemselves() {
        QmgrSettings legal = QmgrSettings.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> withBackoff(legal, legal.maximalBackoffTime().plusSeconds(1)))
                .withMessageContaining("maximalBackoffTime");
    }

    private static QmgrSettings withBackoff(QmgrSettings settings, Duration minimal) {
        return new QmgrSettings(
                settings.store(),
                settings.queueDirectory(),
                settings.queueRunDelay(),
                minimal,
                settings.maximalBackoffTime(),
                settings.maximalQueueLifetime(),
                settings.messageActiveLimit(),
                settings.messageRecipientLimit(),
                settings.stopTimeout(),
                settings.broker(),
                settings.queueMinfree(),
                settings.delivery(),
                settings.smtpClient(),
                settings.reporting());
    }
}
