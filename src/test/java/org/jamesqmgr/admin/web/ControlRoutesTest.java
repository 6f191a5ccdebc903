/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRoutesTest extends WebFixture {

    private QueueId deferred;

    @BeforeEach
    void begin() throws Exception {
        deferred = acceptDeferred();
        start();
    }

    @ParameterizedTest
    @Tag("A10")
    @ValueSource(strings = {"all", "smtp:", "smtp:target.example", "smtp:%5B192.0.2.1%5D:25"})
    void suspendingAgainShouldChangeNothingAndResumingEndIt(String what) {
        assertThat(ask("PUT", "/qmgr/suspensions/" + what).status()).isEqualTo(204);
        assertThat(ask("PUT", "/qmgr/suspensions/" + what).status()).isEqualTo(204);
        assertThat(get("/qmgr/suspensions").json()).hasSize(1);

        assertThat(ask("DELETE", "/qmgr/suspensions/" + what).status()).isEqualTo(204);
        assertThat(get("/qmgr/suspensions").json()).isEmpty();
        assertThat(ask("DELETE", "/qmgr/suspensions/" + what).status()).isEqualTo(404);
    }

    @Test
    @Tag("A10")
    void whatIsSuspendedShouldBeTheDestinationNamed() {
        ask("PUT", "/qmgr/suspensions/smtp:%5B192.0.2.1%5D:25");

        assertThat(admin.suspensions()).containsExactly(Suspension.parse("smtp:[192.0.2.1]:25"));
        assertThat(get("/qmgr/suspensions").json().get(0).asText())
                .isEqualTo("smtp:[192.0.2.1]:25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALL", "smtp", ":target.example", "%20:x", "smpt:", "all?x=1"})
    void whatCannotBeSuspendedShouldBeRefused(String what) {
        assertThat(ask("PUT", "/qmgr/suspensions/" + what).status()).isEqualTo(400);
        assertThat(admin.suspensions()).isEmpty();
    }

    @Test
    @Tag("A10")
    void drainShouldRefuseNewMailUntilItIsEnded() {
        assertThat(get("/qmgr/drain").json().get("draining").asBoolean()).isFalse();

        assertThat(ask("PUT", "/qmgr/drain").status()).isEqualTo(204);
        assertThat(get("/qmgr/drain").json().get("draining").asBoolean()).isTrue();
        assertThat(get("/qmgr/drain").json().get("still").asBoolean()).isTrue();

        assertThat(ask("DELETE", "/qmgr/drain").status()).isEqualTo(204);
        assertThat(admin.draining()).isFalse();
    }

    @Test
    @Tag("D7")
    void flushOfAnEmptyDomainShouldBeRefused() {
        assertThat(ask("POST", "/qmgr/flush?domain=").status()).isEqualTo(400);
        assertThat(memory.find(deferred).orElseThrow().status().due()).isAfter(NOW);
    }

    @Test
    @Tag("D7")
    void flushShouldSayHowManyMessagesAreDueNow() {
        assertThat(ask("POST", "/qmgr/flush?domain=other.example").json().get("messages").asInt())
                .isZero();
        assertThat(ask("POST", "/qmgr/flush").json().has("messages")).isTrue();
    }

    @Test
    @Tag("X5")
    void reloadShouldReadTheConfigurationAgain() {
        AtomicInteger reloads = new AtomicInteger();
        reload.set(reloads::incrementAndGet);

        assertThat(ask("POST", "/qmgr/reload").status()).isEqualTo(204);

        assertThat(reloads).hasValue(1);
    }

    @Test
    @Tag("X5")
    void reloadShouldSayWhatIsWrongWithTheConfiguration() {
        reload.set(
                () -> {
                    throw new IllegalStateException("relayhost: not a next hop 'x y' 100%");
                });

        Answer answer = ask("POST", "/qmgr/reload");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.complaint()).contains("relayhost: not a next hop 'x y' 100%");
    }
}
