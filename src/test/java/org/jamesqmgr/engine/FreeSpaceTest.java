/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jamesqmgr.engine.FreeSpace.Disk;
import org.jamesqmgr.engine.FreeSpace.Shortage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q4")
class FreeSpaceTest {

    private static final long LIMIT = 1000;
    private static final long FLOOR = 1500;
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong free = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND / 2);
    private final AtomicInteger asked = new AtomicInteger();

    private FreeSpace space(long queueMinfree) {
        Disk disk =
                new Disk(
                        "mail queue",
                        () -> {
                            asked.incrementAndGet();
                            return free.get();
                        });
        return new FreeSpace(List.of(disk), queueMinfree, LIMIT, nanos::get);
    }

    @Test
    void spaceAtTheFloorShouldNotBeEnough() {
        free.set(FLOOR);

        assertThat(space(0).announce(0, LIMIT)).isPresent();
    }

    @Test
    void spaceAboveTheFloorShouldBeEnoughForAMessageOfUnknownSize() {
        free.set(FLOOR + 1);

        assertThat(space(0).announce(0, LIMIT)).isEmpty();
    }

    @Test
    void messageShouldFitAboveTheFloor() {
        free.set(FLOOR + 100);

        assertThat(space(0).announce(100, LIMIT)).isEmpty();
        assertThat(space(0).announce(101, LIMIT)).isPresent();
    }

    @Test
    void queueMinfreeShouldCountIfItIsMore() {
        free.set(2000);

        assertThat(space(2000).announce(0, LIMIT).map(Shortage::text))
                .hasValue(
                        "not enough free space in mail queue: 2000 bytes < queue_minfree (2000 bytes)");
        assertThat(space(1999).announce(0, LIMIT)).isEmpty();
        assertThat(space(1).announce(0, LIMIT)).isEmpty();
    }

    @Test
    void serverWithoutALimitShouldHaveThatOfPostfix() {
        free.set(15_360_000);

        assertThat(space(0).announce(0, 0).map(Shortage::text))
                .hasValue(
                        "not enough free space in mail queue: 15360000 bytes < 1.5*message size limit"
                                + " (15360000 bytes)");
    }

    @Test
    void hugeLimitShouldRefuseAll() {
        free.set(Long.MAX_VALUE - 1);

        assertThat(space(0).announce(0, Long.MAX_VALUE)).isPresent();
    }

    @Test
    void eachDiskShouldHaveRoom() {
        FreeSpace space =
                new FreeSpace(
                        List.of(new Disk("mail queue", () -> 5000), new Disk("/tmp", () -> 1600)),
                        0,
                        LIMIT,
                        nanos::get);

        assertThat(space.announce(100, LIMIT)).isEmpty();
        assertThat(space.announce(1, LIMIT).map(Shortage::text))
                .hasValue(
                        "not enough free space in /tmp: 1500 bytes - 1 < 1.5*message size limit (1500"
                                + " bytes)");
    }

    @Test
    void disksShouldBeAskedOnceASecond() {
        free.set(FLOOR + 100);
        FreeSpace space = space(0);

        space.announce(0, LIMIT);
        nanos.addAndGet(SECOND - 1);
        space.announce(0, LIMIT);
        assertThat(asked).hasValue(1);

        nanos.addAndGet(1);
        space.announce(0, LIMIT);
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatWasAnnouncedShouldCountUntilTheDiskIsAskedAgain() {
        free.set(FLOOR + 100);
        FreeSpace space = space(0);

        assertThat(space.announce(60, LIMIT)).isEmpty();
        assertThat(space.announce(60, LIMIT)).isPresent();
        assertThat(space.announce(40, LIMIT)).isEmpty();

        nanos.addAndGet(SECOND);
        assertThat(space.announce(60, LIMIT)).isEmpty();
    }

    @Test
    void sizeOfAMessageThatIsHereShouldBeAskedForOnlyIfItMatters() {
        AtomicInteger sizesAsked = new AtomicInteger();
        free.set(FLOOR + Integer.MAX_VALUE + 1L);

        assertThat(space(0).shortage(sizesAsked::incrementAndGet)).isEmpty();
        assertThat(sizesAsked).hasValue(0);

        free.set(FLOOR + 100);
        assertThat(space(0).shortage(() -> 100)).isEmpty();
        assertThat(space(0).shortage(() -> 101)).isPresent();
    }

    @Test
    @Tag("X6")
    void listenerShouldHearOfEachTurnOnce() {
        List<String> heard = new ArrayList<>();
        FreeSpace space = space(0);
        space.listen(
                new FreeSpace.Listener() {
                    @Override
                    public void spaceLow(Shortage shortage) {
                        heard.add(shortage.text());
                    }

                    @Override
                    public void spaceEnough() {
                        heard.add("enough");
                    }
                });

        for (long left : new long[] {FLOOR + 1, FLOOR, FLOOR - 1, FLOOR + 1, FLOOR + 2}) {
            free.set(left);
            nanos.addAndGet(SECOND);
            assertThat(space.low().isPresent()).isEqualTo(left <= FLOOR);
        }

        assertThat(heard)
                .containsExactly(
                        "not enough free space in mail queue: 1500 bytes < 1.5*message size limit"
                                + " (1500 bytes)",
                        "enough");
    }
}
