/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jamesqmgr.schedule.FiveDaysSimulation.Mail;
import org.jamesqmgr.schedule.FiveDaysSimulation.Site;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * 100,000 messages in a day to 1,000 destinations: 40 are down for good, 60 for ten hours, 50 are
 * slow, the others well. What is left after five days is returned.
 */
class FiveDaysTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NEVER = START;
    private static final int SITES = 1000;
    private static final int DOWN = 40;
    private static final int DOWN_FOR_A_WHILE = 100;
    private static final int SLOW = 150;
    private static final Duration LIFETIME = RetrySchedule.defaults().lifetime();
    private static final Duration MAXIMAL_BACKOFF = RetrySchedule.defaults().maximalBackoff();

    private static FiveDaysSimulation simulation;
    private static List<Mail> mails;

    private static Site site(int number) {
        if (number < DOWN) {
            return new Site(Duration.ofSeconds(1), START, Instant.MAX);
        }
        if (number < DOWN_FOR_A_WHILE) {
            Instant from = START.plusSeconds(number * 600L);
            return new Site(Duration.ofSeconds(1), from, from.plus(Duration.ofHours(10)));
        }
        int takes = number < SLOW ? 60 : 1;
        return new Site(Duration.ofSeconds(takes), NEVER, NEVER);
    }

    @BeforeAll
    static void run() {
        List<Site> sites = new ArrayList<>();
        for (int number = 0; number < SITES; number++) {
            sites.add(site(number));
        }
        Random random = new Random(20_260_101);
        simulation = new FiveDaysSimulation(sites, START);
        for (int i = 0; i < 100_000; i++) {
            simulation.accept(random.nextInt(SITES), START.plusMillis(random.nextInt(86_400_000)));
        }
        mails = simulation.run();
    }

    private static List<Mail> to(Predicate<Integer> sites) {
        return mails.stream().filter(mail -> sites.test(mail.site)).toList();
    }

    private static Duration age(Mail mail) {
        return Duration.between(mail.created, mail.ended);
    }

    /** Of these durations, the one that so many of a hundred do not exceed. */
    private static Duration percentile(
            int percent, Collection<Mail> mails, Function<Mail, Duration> duration) {
        List<Duration> sorted = mails.stream().map(duration).sorted().toList();
        return sorted.get((sorted.size() - 1) * percent / 100);
    }

    @Test
    @Tag("D4")
    @Tag("Q7")
    void everyMessageShouldEndDeliveredOrExpired() {
        assertThat(mails).hasSize(100_000).allMatch(mail -> mail.ended.isBefore(Instant.MAX));
        assertThat(mails).allMatch(mail -> mail.expired == (mail.site < DOWN));
    }

    @Test
    @Tag("D4")
    void mailForDeadSitesShouldExpireAtItsLifetimeAndAnAttempt() {
        Duration latest =
                LIFETIME.plus(MAXIMAL_BACKOFF)
                        .plus(FiveDaysSimulation.QUEUE_RUN_DELAY)
                        .plusMinutes(10);

        assertThat(to(site -> site < DOWN))
                .allSatisfy(mail -> assertThat(age(mail)).isBetween(LIFETIME, latest));
    }

    @Test
    @Tag("D2")
    @Tag("D3")
    void attemptsShouldFollowTheBackoff() {
        List<Mail> dead = to(site -> site < DOWN);

        assertThat(percentile(100, dead, mail -> mail.latest))
                .isLessThan(FiveDaysSimulation.QUEUE_RUN_DELAY.plusMinutes(5));
        assertThat(dead).allSatisfy(mail -> assertThat(mail.attempts).isBetween(85, 100));
    }

    @Test
    @Tag("D5")
    void deadSitesShouldNotBeTriedForEachMessage() {
        int attempts = to(site -> site < DOWN).stream().mapToInt(mail -> mail.attempts).sum();
        int connections = 0;
        for (int site = 0; site < DOWN; site++) {
            connections += simulation.connections(site);
        }

        assertThat(connections).isLessThan(attempts / 5);
    }

    @Test
    @Tag("T4")
    void otherSitesShouldNotNotice() {
        List<Mail> well = to(site -> site >= SLOW);

        assertThat(well).allMatch(mail -> mail.attempts == 1);
        assertThat(percentile(95, well, FiveDaysTest::age)).isEqualTo(Duration.ofSeconds(1));
        // While a hundred sites come back at once and fail again, they take all processes.
        assertThat(percentile(100, well, FiveDaysTest::age)).isLessThan(Duration.ofMinutes(2));
    }
}
