/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N2")
class NoticeAddressesTest {

    private static final Domain DEFAULT_DOMAIN = Domain.of("default.example");
    private static final MailAddress OWN = address("boss@james.example");

    @ParameterizedTest
    @ValueSource(strings = {"postmaster", "Postmaster"})
    void postmasterAloneShouldBeThatOfJames(String named) {
        assertThat(resolved(named, OWN)).isEqualTo(OWN);
    }

    @Test
    void otherLocalPartsShouldBeOfTheDefaultDomain() {
        assertThat(resolved("root", OWN)).isEqualTo(address("root@default.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin@elsewhere.example", "postmaster@elsewhere.example"})
    void addressShouldBeTakenAsItIs(String named) {
        assertThat(resolved(named, OWN)).isEqualTo(address(named));
    }

    @Test
    void everyClassShouldKeepItsOwnRecipient() {
        Map<NotifyClass, String> recipients = all("postmaster");
        recipients.put(NotifyClass.DELAY, "late");

        assertThat(
                        NoticeAddresses.of(settings(recipients), OWN, DEFAULT_DOMAIN)
                                .of(NotifyClass.DELAY))
                .isEqualTo(address("late@default.example"));
    }

    private static MailAddress resolved(String named, MailAddress postmaster) {
        return NoticeAddresses.of(settings(all(named)), postmaster, DEFAULT_DOMAIN)
                .of(NotifyClass.DATA);
    }

    private static NoticeSettings settings(Map<NotifyClass, String> recipients) {
        return new NoticeSettings(Set.of(), recipients, Duration.ZERO);
    }

    private static Map<NotifyClass, String> all(String recipient) {
        Map<NotifyClass, String> recipients = new EnumMap<>(NotifyClass.class);
        for (NotifyClass each : NotifyClass.values()) {
            recipients.put(each, recipient);
        }
        return recipients;
    }
}
