/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q9")
class ClockWatchTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 1_000_000_000L;

    private final ClockWatch watch = new ClockWatch(NOW, 0);

    @Test
    void timeThatPassesShouldBeNoJump() {
        assertThat(watch.jump(NOW.plusSeconds(3600), 3600 * SECOND)).isEmpty();
    }

    @Test
    void correctionOfSecondsShouldBeNoJump() {
        assertThat(watch.jump(NOW.plusSeconds(11), SECOND)).isEmpty();
    }

    @Test
    void jumpForwardShouldBeMeasured() {
        assertThat(watch.jump(NOW.plusSeconds(61), SECOND)).contains(Duration.ofMinutes(1));
    }

    @Test
    void jumpBackShouldBeNegativeAndToldOnce() {
        assertThat(watch.jump(NOW.minusSeconds(59), SECOND)).contains(Duration.ofMinutes(-1));
        assertThat(watch.jump(NOW.minusSeconds(58), 2 * SECOND)).isEmpty();
    }
}
