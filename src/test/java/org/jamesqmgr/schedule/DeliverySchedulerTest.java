/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.schedule.DeliveryWorld.LOCAL;
import static org.jamesqmgr.schedule.DeliveryWorld.REFUSED;
import static org.jamesqmgr.schedule.DeliveryWorld.SMTP;
import static org.jamesqmgr.schedule.DeliveryWorld.address;
import static org.jamesqmgr.schedule.DeliveryWorld.recipients;
import static org.jamesqmgr.schedule.DeliveryWorld.smtp;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who goes when. */
class DeliverySchedulerTest {

    static TransportLimits limits(
            int processes, int initial, int concurrency, int recipients, Duration rateDelay) {
        return new TransportLimits(
                processes,
                initial,
                concurrency,
                1,
                ConcurrencyFeedback.constant(1),
                ConcurrencyFeedback.constant(1),
                recipients,
                rateDelay);
    }

    static TransportLimits limits(int processes, int initial, int concurrency) {
        return limits(processes, initial, concurrency, 50, Duration.ZERO);
    }

    @Test
    @Tag("T3")
    void recipientsShouldBeSplitByTheLimit() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 3, Duration.ZERO));
        world.activateMany(1, 8, "a.example");

        assertThat(world.decide())
                .containsExactly("1 a.example x3", "1 a.example x3", "1 a.example x2");
        assertThat(
                        world.delivering().stream()
                                .flatMap(entry -> entry.recipients().stream())
                                .toList())
                .isEqualTo(recipients(8, "a.example"));
    }

    @Test
    @Tag("T3")
    void limitOfZeroShouldNotSplit() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 0, Duration.ZERO));
        world.activateMany(1, 800, "a.example");

        assertThat(world.decide()).containsExactly("1 a.example x800");
    }

    @Test
    @Tag("T3")
    void recipientLimitOfOneShouldMakeEachMailboxADestination() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 2, 2, 1, Duration.ZERO));
        List<MailAddress> busyMailbox =
                List.of(
                        address("ann", "a.example"),
                        address("ann+list", "a.example"),
                        address("Ann+shop", "a.example"),
                        address("bob", "a.example"));
        world.activate(1, Map.of(smtp("a.example"), busyMailbox));
        world.decide();

        assertThat(world.delivering())
                .extracting(entry -> entry.recipients().get(0).getLocalPart())
                .containsExactlyInAnyOrder("ann", "ann+list", "bob");
        assertThat(world.scheduler.destinations())
                .extracting(DestinationState::recipient)
                .containsExactlyInAnyOrder("ann@a.example", "bob@a.example");
    }

    @Test
    @Tag("T3")
    @Tag("D5")
    void recipientLimitOfOneShouldMakeTheMailboxDeadNotTheSite() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 1, 1, 1, Duration.ZERO));
        List<MailAddress> ann = List.of(address("ann", "a"), address("ann", "a"));
        world.activate(1, Map.of(smtp("a"), ann));
        world.activate(2, Map.of(smtp("a"), List.of(address("bob", "a"), address("bob", "a"))));
        assertThat(world.decide()).containsExactly("1 a", "2 a");

        world.failAt("a");

        assertThat(world.decide()).containsExactly("died a", "suspend 1 a");
        world.succeedAt("a");
        assertThat(world.decide()).containsExactly("2 a");
    }

    @Test
    @Tag("T2")
    void windowShouldOpenWithSuccess() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 2, 4));
        IntStream.rangeClosed(1, 20).forEach(i -> world.activate(i, "a.example"));

        assertThat(world.decide()).containsExactly("1 a.example", "2 a.example");
        world.succeedAt("a.example");
        assertThat(world.decide()).containsExactly("3 a.example", "4 a.example");
        world.succeedAt("a.example");
        assertThat(world.decide()).containsExactly("5 a.example", "6 a.example");
        world.succeedAt("a.example");
        assertThat(world.decide()).containsExactly("7 a.example");
    }

    @Test
    @Tag("D5")
    void thirdFailureShouldSuspendAllThatWaitsThere() {
        DeliveryWorld world = DeliveryWorld.withDefaults();
        IntStream.rangeClosed(1, 10).forEach(i -> world.activate(i, "a.example"));
        world.activate(11, "b.example");
        assertThat(world.decide()).hasSize(6);

        world.failAt("a.example");
        assertThat(world.state("a.example").orElseThrow().window()).isEqualTo(3);
        assertThat(world.decide()).isEmpty();
        world.failAt("a.example");
        assertThat(world.state("a.example").orElseThrow().window()).isEqualTo(2);
        assertThat(world.decide()).isEmpty();
        world.failAt("a.example");

        assertThat(world.decide())
                .containsExactly(
                        "died a.example",
                        "suspend 6 a.example",
                        "suspend 7 a.example",
                        "suspend 8 a.example",
                        "suspend 9 a.example",
                        "suspend 10 a.example");
        assertThat(world.state("a.example"))
                .hasValue(
                        new DestinationState(
                                smtp("a.example"),
                                "",
                                0,
                                2,
                                0,
                                "dead",
                                Optional.of(world.now.plusSeconds(1000)),
                                Optional.of(DeliveryWorld.REFUSED)));
    }

    @Test
    @Tag("D5")
    void suspendedMailShouldBearTheReason() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 1, 1));
        world.activate(1, "a.example");
        world.activate(2, "a.example");
        world.decide();
        world.failAt("a.example");

        List<Action> actions = world.scheduler.decide(world.now);

        assertThat(actions)
                .hasSize(2)
                .first()
                .isEqualTo(
                        new Action.Died(smtp("a.example"), REFUSED, world.now.plusSeconds(1000)));
        assertThat(((Action.Suspend) actions.get(1)).status())
                .isEqualTo(
                        REFUSED.because(
                                "delivery temporarily suspended: connect to mx.example: Connection"
                                        + " refused"));
    }

    @Test
    @Tag("D5")
    void newMailForADeadDestinationShouldBeSuspendedUntilItsTimeIsOver() {
        DeliveryWorld world = dead("a.example");

        world.activate(20, "a.example", "b.example");
        assertThat(world.decide()).containsExactly("suspend 20 a.example", "20 b.example");
        assertThat(world.scheduler.nextTimer()).hasValue(world.now.plusSeconds(1000));

        world.pass(Duration.ofSeconds(999));
        assertThat(world.decide()).isEmpty();
        world.pass(Duration.ofSeconds(1));
        assertThat(world.decide()).containsExactly("revived a.example");
        assertThat(world.scheduler.nextTimer()).isEmpty();
        IntStream.rangeClosed(21, 27).forEach(i -> world.activate(i, "a.example"));
        assertThat(world.decide()).containsExactly("21 a.example");
    }

    @Test
    @Tag("D5")
    void successOfADeliveryInProgressShouldRevive() {
        DeliveryWorld world = DeliveryWorld.withDefaults();
        IntStream.rangeClosed(1, 6).forEach(i -> world.activate(i, "a.example"));
        world.decide();
        world.failAt("a.example");
        world.failAt("a.example");
        world.failAt("a.example");
        world.decide();

        world.succeedAt("a.example");

        assertThat(world.decide()).containsExactly("revived a.example");
        assertThat(world.state("a.example").orElseThrow().window()).isEqualTo(2);
    }

    @Test
    @Tag("D5")
    void failureOfADeliveryInProgressShouldNotProlongDeath() {
        DeliveryWorld world = DeliveryWorld.withDefaults();
        IntStream.rangeClosed(1, 5).forEach(i -> world.activate(i, "a.example"));
        world.decide();
        world.failAt("a.example");
        world.failAt("a.example");
        world.failAt("a.example");
        Optional<Instant> end = world.scheduler.nextTimer();
        world.pass(Duration.ofSeconds(30));

        world.failAt("a.example");

        assertThat(world.scheduler.nextTimer()).isPresent().isEqualTo(end);
    }

    @Test
    @Tag("D5")
    void isolatedFailuresShouldNeverMakeADestinationDead() {
        DeliveryWorld world = DeliveryWorld.withDefaults();
        for (int i = 1; i <= 6; i++) {
            world.activate(i, "a.example");
            assertThat(world.decide()).containsExactly(i + " a.example");
            world.failAt("a.example");
        }

        assertThat(world.decide()).isEmpty();
        assertThat(world.scheduler.destinations()).isEmpty();
    }

    @Test
    @Tag("D7")
    void flushShouldReviveTheDead() {
        DeliveryWorld world = dead("a.example");

        world.scheduler.revive(smtp("b.example"));
        assertThat(world.decide()).isEmpty();
        world.scheduler.revive(smtp("a.example"));
        assertThat(world.decide()).containsExactly("revived a.example");

        DeliveryWorld other = dead("a.example");
        other.scheduler.revive();
        assertThat(other.decide()).containsExactly("revived a.example");
        assertThat(other.scheduler.nextTimer()).isEmpty();
    }

    @Test
    @Tag("D5")
    @Tag("Q9")
    void clockTurnedBackShouldEndTheDeath() {
        DeliveryWorld world = dead("a.example");
        world.pass(Duration.ofHours(-1));

        assertThat(world.decide()).containsExactly("revived a.example");
    }

    @Test
    @Tag("Q9")
    void clockTurnedForwardShouldEndNothingButWaits() {
        DeliveryWorld world = dead("a.example");
        world.activate(20, "b.example");
        world.decide();
        world.pass(Duration.ofHours(1));

        assertThat(world.decide()).containsExactly("revived a.example");
        assertThat(world.delivering()).hasSize(1);
    }

    @Test
    @Tag("T4")
    void destinationsShouldTakeTurns() {
        DeliveryWorld world = DeliveryWorld.of(limits(2, 5, 20));
        IntStream.rangeClosed(1, 4).forEach(i -> world.activate(i, "a"));
        IntStream.rangeClosed(5, 7).forEach(i -> world.activate(i, "b"));
        world.activate(8, "c");

        assertThat(oneByOne(world))
                .containsExactly("1 a", "5 b", "8 c", "2 a", "6 b", "3 a", "7 b", "4 a");
    }

    @Test
    @Tag("T1")
    void transportsShouldTakeTurnsWithinTheirProcesses() {
        DeliveryWorld world =
                new DeliveryWorld(
                        ActiveLimits.defaults(), orderedLimits(limits(2, 5, 20), limits(3, 5, 20)));
        Destination local = new Destination(LOCAL, "a");
        IntStream.rangeClosed(1, 5).forEach(i -> world.activate(i, "a"));
        IntStream.rangeClosed(6, 9)
                .forEach(i -> world.activate(i, Map.of(local, recipients(1, "a"))));

        assertThat(world.decide()).containsExactly("1 a", "6 a", "2 a", "7 a", "8 a");
    }

    @Test
    @Tag("T4")
    void partsOfOneMessageShouldTakeTurnsOverItsDestinations() {
        DeliveryWorld world = DeliveryWorld.of(limits(4, 5, 20, 2, Duration.ZERO));
        Map<Destination, List<MailAddress>> recipients = new LinkedHashMap<>();
        recipients.put(smtp("a"), recipients(4, "a"));
        recipients.put(smtp("b"), recipients(4, "b"));
        world.activate(1, recipients);

        assertThat(world.decide()).containsExactly("1 a x2", "1 b x2", "1 a x2", "1 b x2");
    }

    @Test
    @Tag("T4")
    void smallMessageShouldOvertakeALargeOneToOtherDestinations() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 5, 20));
        world.activate(1, names("large", 100));
        world.decide();
        world.activate(2, "small");

        assertThat(oneByOne(world).subList(1, 3)).contains("2 small");
    }

    @Test
    @Tag("T4")
    void smallMessageShouldOvertakeALargeOneToTheSameDestination() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 5, 20, 1000, Duration.ZERO));
        world.activateMany(1, 100_000, "a");
        world.decide();
        world.activate(2, "a");

        assertThat(oneByOne(world).subList(1, 3)).contains("2 a");
    }

    @Test
    @Tag("T4")
    void laterSmallMessagesShouldLeaveALargeOneFiveOfSixDeliveries() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 5, 20));
        world.activate(1, names("large", 200));
        world.decide();
        IntStream.rangeClosed(2, 201).forEach(i -> world.activate(i, "small" + i));

        List<String> order = oneByOne(world);

        int largeDone = lastIndexOf(order, "1 large") + 1;
        assertThat(largeDone).isBetween(236, 245);
        assertThat(order.indexOf("201 small201")).isGreaterThan(largeDone);
    }

    @Test
    @Tag("T4")
    void earlierSmallMessagesShouldTakeTurnsWithALargeOne() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 5, 20));
        IntStream.rangeClosed(1, 100).forEach(i -> world.activate(i, "small" + i));
        world.activate(101, names("large", 200));

        List<String> order = oneByOne(world);

        assertThat(order.indexOf("100 small100")).isBetween(190, 210);
    }

    @Test
    @Tag("T4")
    void largeMessageShouldNotStarveBehindAnEndlessStreamToTheSameDestination() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 1, 1, 1000, Duration.ZERO));
        world.activateMany(1, 20_000, "a");
        world.activate(2, "a");
        boolean largeOpen = true;
        int deliveries = 0;
        while (largeOpen) {
            world.decide();
            QueueEntry entry = world.deliveryTo("a");
            boolean last = world.succeed(entry);
            largeOpen = !(last && entry.message().micros() == 1);
            deliveries++;
            world.activate(2 + deliveries, "a");
        }

        assertThat(deliveries).isBetween(20, 20 + 20 + 5);
    }

    @Test
    @Tag("T6")
    void rateDelayShouldPauseAfterEachDelivery() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 3, Duration.ofSeconds(2)));
        world.activateMany(1, 3, "a");
        world.activate(2, "a");
        world.activate(3, "b");

        assertThat(world.decide()).containsExactly("1 a x3", "3 b");
        world.pass(Duration.ofSeconds(10));
        assertThat(world.decide()).isEmpty();
        world.succeedAt("a");
        assertThat(world.decide()).isEmpty();
        assertThat(world.scheduler.nextTimer()).hasValue(world.now.plusSeconds(2));
        world.pass(Duration.ofMillis(1999));
        assertThat(world.decide()).isEmpty();
        world.pass(Duration.ofMillis(1));
        assertThat(world.decide()).containsExactly("2 a");
    }

    @Test
    @Tag("T6")
    void rateDelayShouldHoldForMailThatComesInThePause() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 50, Duration.ofSeconds(2)));
        world.activate(1, "a");
        world.decide();
        world.succeedAt("a");
        world.decide();
        world.activate(2, "a");

        assertThat(world.decide()).isEmpty();
        world.pass(Duration.ofSeconds(2));
        assertThat(world.decide()).containsExactly("2 a");
        world.succeedAt("a");
        world.pass(Duration.ofSeconds(2));
        world.decide();
        assertThat(world.scheduler.destinations()).isEmpty();
    }

    @Test
    @Tag("T6")
    void rateDelayedDestinationShouldNeverBeDead() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 50, Duration.ofSeconds(2)));
        world.activate(1, "a");
        world.activate(2, "a");
        world.decide();
        world.failAt("a");

        assertThat(world.decide()).containsExactly("suspend 2 a");
        world.activate(3, "a");
        assertThat(world.decide()).isEmpty();
        world.pass(Duration.ofSeconds(2));
        assertThat(world.decide()).containsExactly("3 a");
    }

    @Test
    @Tag("T6")
    @Tag("Q9")
    void clockTurnedBackShouldEndThePause() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20, 50, Duration.ofSeconds(2)));
        world.activate(1, "a");
        world.activate(2, "a");
        world.decide();
        world.succeedAt("a");
        world.pass(Duration.ofHours(-1));

        assertThat(world.decide()).containsExactly("2 a");
    }

    @Test
    @Tag("Q7")
    void nothingShouldBeginAfterTheStop() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 1, 1));
        IntStream.rangeClosed(1, 3).forEach(i -> world.activate(i, "a"));
        world.decide();
        world.scheduler.suspend();

        world.succeedAt("a");
        assertThat(world.decide()).isEmpty();
        assertThat(world.scheduler.request(SMTP)).isZero();
        assertThat(world.state("a").orElseThrow().waiting()).isEqualTo(2);
    }

    @Test
    @Tag("T2")
    void newLimitsShouldHoldFromNowOn() {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 5, 20));
        IntStream.rangeClosed(1, 20).forEach(i -> world.activate(i, "a"));
        world.decide();

        world.scheduler.reconfigure(Duration.ofSeconds(1), Map.of(SMTP, limits(100, 2, 2)));
        world.succeedAt("a");
        world.succeedAt("a");
        world.succeedAt("a");
        assertThat(world.decide()).isEmpty();
        world.succeedAt("a");
        assertThat(world.decide()).containsExactly("6 a");
    }

    @Test
    void entryThatIsNotInWorkShouldNotEnd() {
        DeliveryWorld world = DeliveryWorld.of(limits(1, 1, 1));
        QueueEntry entry = new QueueEntry(1, new QueueId(1, 0), smtp("a"), recipients(1, "a"));
        assertThatThrownBy(() -> world.scheduler.ended(entry, Optional.empty(), world.now))
                .isInstanceOf(IllegalStateException.class);
        world.activate(1, "a");
        assertThatThrownBy(() -> world.scheduler.ended(entry, Optional.empty(), world.now))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not in work");
    }

    private static DeliveryWorld dead(String nexthop) {
        DeliveryWorld world = DeliveryWorld.of(limits(100, 1, 1));
        world.activate(1, nexthop);
        world.decide();
        world.failAt(nexthop);
        assertThat(world.decide()).containsExactly("died " + nexthop);
        return world;
    }

    private static Map<TransportName, TransportLimits> orderedLimits(
            TransportLimits smtp, TransportLimits local) {
        Map<TransportName, TransportLimits> limits = new LinkedHashMap<>();
        limits.put(SMTP, smtp);
        limits.put(LOCAL, local);
        return limits;
    }

    private static String[] names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private static int lastIndexOf(List<String> order, String prefix) {
        return IntStream.range(0, order.size())
                .filter(i -> order.get(i).startsWith(prefix))
                .max()
                .orElseThrow();
    }

    /** Everything, with each delivery ending before the next decision, first in first out. */
    private static List<String> oneByOne(DeliveryWorld world) {
        List<String> order = new ArrayList<>();
        world.delivering().forEach(entry -> order.add(text(entry)));
        order.addAll(world.decide());
        while (!world.delivering().isEmpty()) {
            world.succeed(world.delivering().get(0));
            order.addAll(world.decide());
        }
        return order;
    }

    private static String text(QueueEntry entry) {
        return entry.message().micros() + " " + entry.destination().nexthop();
    }
}
