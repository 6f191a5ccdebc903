/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.schedule.DeliveryWorld.LOCAL;
import static org.jamesqmgr.schedule.DeliveryWorld.SMTP;
import static org.jamesqmgr.schedule.DeliveryWorld.recipients;
import static org.jamesqmgr.schedule.DeliveryWorld.smtp;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the push transports may have of the active queue. */
@Tag("Q5")
class AdmissionTest {

    private int messages;

    private static DeliveryWorld world(int activeMessages, String... transports) {
        Map<TransportName, TransportLimits> limits = new HashMap<>();
        Arrays.stream(transports)
                .forEach(
                        name ->
                                limits.put(
                                        new TransportName(name),
                                        DeliverySchedulerTest.limits(1, 1, 1)));
        return new DeliveryWorld(new ActiveLimits(activeMessages, 20_000), limits);
    }

    private boolean activate(
            DeliveryWorld world, TransportName transport, int lane, String... nexthops) {
        Map<Destination, List<MailAddress>> recipients = new LinkedHashMap<>();
        for (String nexthop : nexthops) {
            recipients.put(new Destination(transport, nexthop), recipients(1, nexthop));
        }
        return world.activate(
                new ActiveMessage(new QueueId(++messages, 0), transport, lane, recipients));
    }

    private int fill(DeliveryWorld world, TransportName transport) {
        int all = 0;
        for (int more = request(world, transport); more > 0; more = request(world, transport)) {
            for (int i = 0; i < more; i++) {
                assertThat(activate(world, transport, all, "host" + all)).isTrue();
                all++;
            }
        }
        return all;
    }

    private static int request(DeliveryWorld world, TransportName transport) {
        return world.scheduler.request(transport);
    }

    @ParameterizedTest(name = "{0} messages, {1} transports: smtp {2}, then local {3}")
    @CsvSource({
        "20000, 2, 10000, 5000",
        "100, 2, 50, 25",
        "100, 3, 50, 24",
        "4, 2, 2, 1",
        "1, 1, 1, 0",
        "1, 2, 1, 1"
    })
    void transportsShouldHaveTheirShares(int active, int transports, int first, int second) {
        String[] names = {"smtp", "local", "slow"};
        DeliveryWorld world = world(active, Arrays.copyOf(names, transports));

        assertThat(fill(world, SMTP)).isEqualTo(first);
        if (transports > 1) {
            assertThat(fill(world, LOCAL)).isEqualTo(second);
        }
    }

    @Test
    void promisesShouldCountUntilTheyAreKept() {
        DeliveryWorld world = world(20_000, "smtp");

        assertThat(request(world, SMTP)).isEqualTo(64);
        assertThat(request(world, SMTP)).isZero();
        activate(world, SMTP, 1, "a");
        activate(world, SMTP, 1, "a");
        assertThat(request(world, SMTP)).isEqualTo(2);
    }

    @Test
    void transportsWithoutMailShouldLeaveRoomToTheOthers() {
        DeliveryWorld world = world(100, "smtp", "local", "slow");
        request(world, LOCAL);
        request(world, new TransportName("slow"));

        assertThat(fill(world, SMTP)).isEqualTo(50);
    }

    @Test
    void eachTransportShouldHaveAMessageHoweverFewThereAre() {
        DeliveryWorld world = world(1, "smtp", "local", "slow");

        assertThat(request(world, SMTP)).isEqualTo(1);
        assertThat(request(world, LOCAL)).isEqualTo(1);
        assertThat(request(world, new TransportName("slow"))).isEqualTo(1);
        assertThat(request(world, SMTP)).isZero();
    }

    @Test
    void recipientsShouldBeBoundedToo() {
        DeliveryWorld world = world(20_000, "smtp");
        request(world, SMTP);
        world.activateMany(1, 9_990, "a");

        assertThat(request(world, SMTP)).isZero();
        world.decide();
        while (!world.delivering().isEmpty()) {
            world.succeedAt("a");
            world.decide();
        }
        assertThat(request(world, SMTP)).isEqualTo(1);
    }

    @Test
    void endOfAMessageShouldMakeRoom() {
        DeliveryWorld world = world(4, "smtp");
        assertThat(fill(world, SMTP)).isEqualTo(2);
        world.decide();

        world.succeed(world.delivering().get(0));

        assertThat(request(world, SMTP)).isEqualTo(1);
    }

    @Test
    void destinationShouldHaveAFifthAtMost() {
        DeliveryWorld world = world(50, "smtp");
        for (int i = 0; i < 10; i++) {
            assertThat(activate(world, SMTP, 7, "a")).isTrue();
        }

        assertThat(activate(world, SMTP, 7, "a")).isFalse();
        assertThat(world.scheduler.closedLanes(SMTP).closed()).isEqualTo(Set.of(7));
        assertThat(world.scheduler.closedLanes(LOCAL).closed()).isEmpty();
        assertThat(activate(world, SMTP, 8, "b")).isTrue();
    }

    @Test
    void messageWithADestinationThatHasRoomShouldBeAdmitted() {
        DeliveryWorld world = world(5, "smtp");
        activate(world, SMTP, 7, "a");

        assertThat(activate(world, SMTP, 7, "a", "b")).isTrue();
        assertThat(activate(world, SMTP, 7, "a", "b")).isFalse();
    }

    @Test
    void manyEntriesOfAMessageShouldCountOnce() {
        DeliveryWorld world = world(10, "smtp");
        world.activateMany(1000, 5000, "a");

        assertThat(activate(world, SMTP, 7, "a")).isTrue();
        assertThat(activate(world, SMTP, 7, "a")).isFalse();
    }

    @Test
    void laneShouldOpenWhenItsDestinationHasFallenToHalf() {
        DeliveryWorld world = world(50, "smtp");
        IntStream.range(0, 11).forEach(i -> activate(world, SMTP, 7, "a"));
        for (int left = 9; left >= 6; left--) {
            world.decide();
            world.succeedAt("a");
            assertThat(world.scheduler.closedLanes(SMTP).open(7)).isFalse();
        }
        world.decide();

        world.succeedAt("a");

        assertThat(world.scheduler.closedLanes(SMTP).open(7)).isTrue();
    }

    @Test
    void laneShouldOpenWhenOneOfItsDestinationsHasRoom() {
        DeliveryWorld world = world(5, "smtp");
        activate(world, SMTP, 1, "a");
        activate(world, SMTP, 2, "b");
        assertThat(activate(world, SMTP, 7, "a", "b")).isFalse();
        world.decide();

        world.succeedAt("a");
        assertThat(world.scheduler.closedLanes(SMTP).closed()).isEmpty();
        world.decide();
        world.succeedAt("b");
        assertThat(world.scheduler.closedLanes(SMTP).closed()).isEmpty();
    }

    @Test
    @Tag("D5")
    void laneOfADeadDestinationShouldBeOpen() {
        DeliveryWorld world = world(50, "smtp");
        IntStream.range(0, 11).forEach(i -> activate(world, SMTP, 7, "a"));
        world.decide();
        world.failAt("a");

        assertThat(world.scheduler.closedLanes(SMTP).closed()).isEmpty();
        IntStream.range(0, 20).forEach(i -> assertThat(activate(world, SMTP, 7, "a")).isTrue());
    }

    @Test
    @Tag("X5")
    void lanesShouldOpenWithNewLimits() {
        DeliveryWorld world = world(5, "smtp");
        activate(world, SMTP, 7, "a");
        activate(world, SMTP, 7, "a");
        assertThat(world.scheduler.closedLanes(SMTP).closed()).hasSize(1);

        world.scheduler.reconfigure(
                Duration.ofSeconds(1), Map.of(SMTP, DeliverySchedulerTest.limits(1, 1, 1)));

        assertThat(world.scheduler.closedLanes(SMTP).closed()).isEmpty();
    }

    @Test
    @Tag("X6")
    void clogShouldBeToldOnceInFiveMinutes() {
        DeliveryWorld world = world(10, "smtp");
        IntStream.range(0, 5).forEach(i -> activate(world, SMTP, i, "a"));
        assertThat(world.decide()).containsExactly("clogs a 2", "1 a");

        world.pass(Duration.ofSeconds(299));
        activate(world, SMTP, 7, "a");
        assertThat(world.decide()).isEmpty();
        world.pass(Duration.ofSeconds(1));
        activate(world, SMTP, 7, "a");
        assertThat(world.decide()).containsExactly("clogs a 2");
    }

    @Test
    void deadDestinationsShouldBeBoundedInNumber() {
        DeliveryWorld world =
                new DeliveryWorld(
                        new ActiveLimits(100, 10),
                        Map.of(SMTP, DeliverySchedulerTest.limits(1, 1, 1)));
        for (int i = 1; i <= 50; i++) {
            world.activate(i, "host" + i);
            world.decide();
            world.failAt("host" + i);
        }

        assertThat(world.scheduler.destinations())
                .hasSize(20)
                .extracting(DestinationState::destination)
                .doesNotContain(smtp("host50"));
    }
}
