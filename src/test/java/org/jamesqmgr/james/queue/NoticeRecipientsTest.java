/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.mailet.base.test.FakeMailContext;
import org.jamesqmgr.notice.NoticeSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who hears of notices. */
@Tag("N2")
class NoticeRecipientsTest {

    private static final MailAddress JAMES = address("admin@mail.example");

    @Test
    void postmasterShouldBeJamesOwn() {
        assertThat(recipient("postmaster")).isEqualTo(JAMES);
        assertThat(recipient("Postmaster")).isEqualTo(JAMES);
    }

    @Test
    void anotherLocalPartShouldBeOfTheSameDomain() {
        assertThat(recipient("root")).isEqualTo(address("root@mail.example"));
    }

    @Test
    void anAddressShouldBeTakenAsItIs() {
        assertThat(recipient("postmaster@else.example"))
                .isEqualTo(address("postmaster@else.example"));
    }

    @Test
    void eachClassShouldHaveItsOwn() {
        Map<NotifyClass, String> configured = all("postmaster");
        configured.put(NotifyClass.TWO_BOUNCE, "last@else.example");

        NoticeRecipients recipients = recipients(configured);

        assertThat(recipients.of(NotifyClass.TWO_BOUNCE)).isEqualTo(address("last@else.example"));
        assertThat(recipients.of(NotifyClass.BOUNCE)).isEqualTo(JAMES);
    }

    private static MailAddress recipient(String configured) {
        return recipients(all(configured)).of(NotifyClass.BOUNCE);
    }

    private static NoticeRecipients recipients(Map<NotifyClass, String> configured) {
        return new NoticeRecipients(
                new NoticeSettings(Set.of(), configured, Duration.ZERO),
                () -> FakeMailContext.builder().postmaster(JAMES).build());
    }

    private static Map<NotifyClass, String> all(String configured) {
        Map<NotifyClass, String> recipients = new EnumMap<>(NotifyClass.class);
        for (NotifyClass each : NotifyClass.values()) {
            recipients.put(each, configured);
        }
        return recipients;
    }
}
