/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.james.core.healthcheck.Result;
import org.apache.james.core.healthcheck.ResultStatus;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Unwired;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@Tag("A8")
class QmgrHealthCheckTest {

    private static Result check(Unwired unwired) throws Exception {
        return check(FreeSpace.UNLIMITED, unwired);
    }

    private static Result check(FreeSpace space, Unwired unwired) throws Exception {
        Clock clock = Clock.systemUTC();
        MemoryMessageStore store = new MemoryMessageStore(clock);
        try (QueueManager queueManager =
                QueueManager.start(
                        store,
                        EngineSettings.defaults().withStopTimeout(Duration.ZERO),
                        clock,
                        QueueEventListener.NONE)) {
            QueueAdmin admin =
                    new QueueAdmin(
                            queueManager,
                            store,
                            new PipelineEntrance("mail.example", ZoneOffset.UTC),
                            clock);
            QmgrHealthCheck check =
                    new QmgrHealthCheck(
                            new HealthInspector(admin, new Clogs(clock), space, unwired));
            return Mono.from(check.check()).block();
        }
    }

    @Test
    void quietServerShouldBeHealthy() throws Exception {
        assertThat(check(new Unwired(List.of())).getStatus()).isEqualTo(ResultStatus.HEALTHY);
    }

    @Test
    @Tag("Q4")
    void lowSpaceShouldDegrade() throws Exception {
        FreeSpace.Disk full = new FreeSpace.Disk("mail queue", () -> 100);

        Result result =
                check(
                        new FreeSpace(List.of(full), 200, 10, System::nanoTime),
                        new Unwired(List.of()));

        assertThat(result.getStatus()).isEqualTo(ResultStatus.DEGRADED);
        assertThat(result.getCause())
                .hasValue(
                        "new mail is refused: not enough free space in mail queue: 100 bytes <"
                                + " queue_minfree (200 bytes)");
    }

    @Test
    @Tag("Q4")
    void parameterWithoutEffectShouldDegrade() throws Exception {
        Result result = check(new Unwired(List.of("queue_minfree: add this", "and that")));

        assertThat(result.getStatus()).isEqualTo(ResultStatus.DEGRADED);
        assertThat(result.getCause()).hasValue("queue_minfree: add this; and that");
    }
}
