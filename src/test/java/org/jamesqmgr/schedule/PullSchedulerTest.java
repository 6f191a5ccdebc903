/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.Decision.Claim;
import org.jamesqmgr.schedule.Decision.ClaimSuspect;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PullSchedulerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TransportName SPOOL = new TransportName("spool");
    private static final TransportName OUTGOING = new TransportName("outgoing");
    private static final SubscriberId A = new SubscriberId(SPOOL, 1);
    private static final SubscriberId B = new SubscriberId(SPOOL, 2);
    private static final SubscriberId REMOTE = new SubscriberId(OUTGOING, 3);
    private static final QueueId POISON = new QueueId(1, 1);
    private static final QueueId VENOM = new QueueId(2, 1);

    private PullScheduler scheduler = new PullScheduler(ActiveLimits.defaults());

    private List<Decision> decide() {
        return decideAfter(Duration.ZERO);
    }

    private List<Decision> decideAfter(Duration time) {
        return scheduler.decide(NOW.plus(time));
    }

    private void subscribe(SubscriberId subscriber, long demand) {
        scheduler.subscribed(subscriber);
        scheduler.demanded(subscriber, demand);
    }

    /** The claim the subscriber has in flight gets so many messages of one recipient. */
    private void claimed(SubscriberId subscriber, int messages) {
        for (int i = 0; i < messages; i++) {
            scheduler.claimed(subscriber, 1);
        }
    }

    private void limit(int messages, int recipients) {
        scheduler = new PullScheduler(new ActiveLimits(messages, recipients));
    }

    @Nested
    class Demand {

        @Test
        void nothingShouldBeClaimedWithoutASubscriber() {
            scheduler.available(SPOOL);

            assertThat(decide()).isEmpty();
        }

        @Test
        @Tag("Q5")
        void nothingShouldBeClaimedWithoutDemand() {
            scheduler.subscribed(A);

            assertThat(decide()).isEmpty();
        }

        @Test
        void claimShouldAskForAsMuchAsIsDemanded() {
            subscribe(A, 3);

            assertThat(decide()).containsExactly(new Claim(A, 3, 150, false));
        }

        @Test
        void demandShouldAddUp() {
            subscribe(A, 3);
            scheduler.demanded(A, 4);

            assertThat(decide()).containsExactly(new Claim(A, 7, 350, false));
        }

        @Test
        void demandShouldSaturateInsteadOfOverflowing() {
            subscribe(A, Long.MAX_VALUE);
            scheduler.demanded(A, Long.MAX_VALUE);
            decide();
            claimed(A, 16);
            scheduler.claimFinished(A, false);

            assertThat(decide()).containsExactly(new Claim(A, 16, 800, false));
        }

        @Test
        void largeDemandShouldBeServedInBatches() {
            subscribe(A, 20);

            assertThat(decide()).containsExactly(new Claim(A, 16, 800, false));
            claimed(A, 16);
            scheduler.claimFinished(A, false);
            assertThat(decide()).containsExactly(new Claim(A, 4, 200, false));
        }

        @Test
        void subscriberShouldHaveOneClaimInFlight() {
            subscribe(A, 1);
            decide();
            scheduler.demanded(A, 5);
            scheduler.available(SPOOL);

            assertThat(decide()).isEmpty();
        }

        @Test
        void cancelledSubscriberShouldGetNothingMore() {
            subscribe(A, 5);
            scheduler.cancelled(A);
            scheduler.demanded(A, 5);

            assertThat(decide()).isEmpty();
        }

        @Test
        void cancellingShouldNotConcernOthers() {
            subscribe(A, 1);
            subscribe(B, 1);
            decide();
            scheduler.cancelled(A);
            claimed(B, 1);
            scheduler.claimFinished(B, false);
            scheduler.claimFinished(A, false);
            scheduler.demanded(B, 1);

            assertThat(decide()).containsExactly(new Claim(B, 1, 50, false));
        }

        @Test
        void subscribersShouldTakeTurns() {
            limit(2, 1000);
            subscribe(A, 10);
            subscribe(B, 10);

            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new Claim(B, 1, 50, false));
            claimed(B, 1);
            scheduler.claimFinished(B, false);
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }
    }

    @Nested
    class News {

        @Test
        void dryTransportShouldBeLeftAlone() {
            subscribe(A, 5);
            decide();
            scheduler.claimFinished(A, true);

            assertThat(decide()).isEmpty();
        }

        @Test
        void newsShouldEndADrought() {
            subscribe(A, 5);
            decide();
            scheduler.claimFinished(A, true);
            scheduler.available(SPOOL);

            assertThat(decide()).hasSize(1);
        }

        @Test
        void newsDuringAClaimThatFindsNothingShouldNotBeLost() {
            subscribe(A, 5);
            decide();
            scheduler.available(SPOOL);
            scheduler.claimFinished(A, true);

            assertThat(decide()).containsExactly(new Claim(A, 5, 250, true));
        }

        @Test
        void newsDuringTheClaimOfOneShouldNotBeLostThroughAnother() {
            subscribe(A, 1);
            decide();
            scheduler.available(SPOOL);
            subscribe(B, 1);
            decide();
            scheduler.claimFinished(B, false);
            scheduler.claimFinished(A, true);

            assertThat(decide()).hasSize(2);
        }

        @Test
        void newsOfOneTransportShouldNotWakeAnother() {
            subscribe(A, 1);
            subscribe(REMOTE, 1);
            decide();
            scheduler.claimFinished(A, true);
            scheduler.claimFinished(REMOTE, true);
            scheduler.available(OUTGOING);

            assertThat(decide()).extracting(Decision::subscriber).containsExactly(REMOTE);
        }

        @Test
        @Tag("D3")
        void queueRunShouldWakeEverybody() {
            subscribe(A, 1);
            subscribe(REMOTE, 1);
            decide();
            scheduler.claimFinished(A, true);
            scheduler.claimFinished(REMOTE, true);
            scheduler.available();

            assertThat(decide())
                    .extracting(Decision::subscriber)
                    .containsExactlyInAnyOrder(A, REMOTE);
        }

        @Test
        void failedClaimShouldBeTriedAgainAfterAPause() {
            subscribe(A, 1);
            decide();
            scheduler.claimFailed(A, NOW);

            assertThat(decideAfter(Duration.ofMillis(999))).isEmpty();
            assertThat(decideAfter(Duration.ofSeconds(1))).hasSize(1);
        }

        @Test
        @Tag("Q9")
        void pauseShouldEndWhenTheClockIsTurnedBack() {
            subscribe(A, 1);
            decide();
            scheduler.claimFailed(A, NOW);

            assertThat(decideAfter(Duration.ofDays(-1))).hasSize(1);
        }
    }

    @Nested
    class Sides {

        @Test
        @Tag("Q6")
        void newAndDeferredMailShouldTakeTurns() {
            subscribe(A, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.demanded(A, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, true));
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.demanded(A, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }

        @Test
        @Tag("Q6")
        void claimOfAnEvenNumberShouldLeaveTheTurnWhereItWas() {
            subscribe(A, 2);
            decide();
            claimed(A, 2);
            scheduler.claimFinished(A, false);
            scheduler.demanded(A, 1);

            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }

        @Test
        @Tag("Q6")
        void newMailShouldGoFirstWhenTheActiveQueueIsFull() {
            limit(2, 1000);
            subscribe(A, 10);
            for (int i = 0; i < 3; i++) {
                assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
                claimed(A, 1);
                scheduler.claimFinished(A, false);
                scheduler.ended(SPOOL, 1);
            }
        }
    }

    @Nested
    @Tag("Q5")
    class Limits {

        @Test
        void transportShouldTakeHalfOfTheActiveQueueAtMost() {
            limit(4, 1000);
            subscribe(A, 2);
            decide();
            claimed(A, 2);
            scheduler.claimFinished(A, false);
            scheduler.demanded(A, 2);

            assertThat(decide()).isEmpty();
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }

        @Test
        void transportThatFillsItsShareShouldLeaveRoomForOthers() {
            limit(4, 1000);
            subscribe(A, 2);
            decide();
            claimed(A, 2);
            scheduler.claimFinished(A, false);
            subscribe(REMOTE, 1);

            assertThat(decide()).containsExactly(new Claim(REMOTE, 1, 50, false));
        }

        @Test
        void claimsInFlightShouldCount() {
            limit(2, 1000);
            subscribe(A, 1);
            subscribe(B, 1);

            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }

        @Test
        void roomPromisedToAClaimThatFoundNothingShouldBeFreeAgain() {
            limit(2, 1000);
            subscribe(A, 1);
            subscribe(B, 1);
            decide();
            scheduler.claimFinished(A, false);

            assertThat(decide()).containsExactly(new Claim(B, 1, 50, true));
        }

        @Test
        void messageWithManyRecipientsShouldStopTheFeed() {
            limit(1000, 100);
            subscribe(A, 1);
            decide();
            scheduler.claimed(A, 5000);
            scheduler.claimFinished(A, false);
            scheduler.demanded(A, 1);
            subscribe(REMOTE, 1);

            assertThat(decide()).isEmpty();
            scheduler.ended(SPOOL, 5000);
            assertThat(decide()).hasSize(2);
        }

        @Test
        void smallestLimitsShouldStillLetMailThrough() {
            limit(1, 1);
            subscribe(A, 5);

            assertThat(decide()).containsExactly(new Claim(A, 1, 1, false));
            scheduler.claimed(A, 10_000);
            scheduler.claimFinished(A, false);
            assertThat(decide()).isEmpty();
            scheduler.ended(SPOOL, 10_000);
            assertThat(decide()).hasSize(1);
        }

        @Test
        void transportsShouldTakeTurnsAtTheLastPlace() {
            limit(1, 1000);
            subscribe(A, 5);
            subscribe(REMOTE, 5);

            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new Claim(REMOTE, 1, 50, false));
            claimed(REMOTE, 1);
            scheduler.claimFinished(REMOTE, false);
            scheduler.ended(OUTGOING, 1);
            assertThat(decide()).containsExactly(new Claim(A, 1, 50, false));
        }

        @Test
        void endingMoreThanWasClaimedShouldBeRefused() {
            assertThatThrownBy(() -> scheduler.ended(SPOOL, 1))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    @Tag("Q11")
    class Suspects {

        @Test
        void suspectShouldGoFirstAndStopTheOthers() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            subscribe(REMOTE, 5);

            assertThat(decide()).containsExactly(new ClaimSuspect(A, POISON));
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);
            assertThat(decideAfter(Duration.ofSeconds(59))).isEmpty();
        }

        @Test
        void suspectShouldNotWaitForTransportsThatCannotBeBlamedNorStopThem() {
            scheduler.blameless(OUTGOING);
            subscribe(REMOTE, 100);
            decide();
            claimed(REMOTE, 16);
            scheduler.claimFinished(REMOTE, false);
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);

            assertThat(decide())
                    .containsExactlyInAnyOrder(
                            new ClaimSuspect(A, POISON), new Claim(REMOTE, 16, 800, false));
            claimed(REMOTE, 16);
            scheduler.claimFinished(REMOTE, false);
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);
            assertThat(decide()).containsExactly(new Claim(REMOTE, 16, 800, false));
        }

        @Test
        void suspectOfATransportThatCannotBeBlamedShouldWaitForItsConsumer() {
            scheduler.blameless(OUTGOING);
            subscribe(REMOTE, 100);
            decide();
            scheduler.suspectFound(VENOM, OUTGOING);

            assertThat(decide()).isEmpty();
            scheduler.claimFinished(REMOTE, true);
            assertThat(decide()).containsExactly(new ClaimSuspect(REMOTE, VENOM));
        }

        @Test
        void suspectShouldWaitUntilNothingIsInWork() {
            subscribe(A, 5);
            decide();
            claimed(A, 1);
            scheduler.claimFinished(A, true);
            scheduler.suspectFound(POISON, SPOOL);
            scheduler.available(SPOOL);

            assertThat(decide()).isEmpty();
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new ClaimSuspect(A, POISON));
        }

        @Test
        void suspectShouldWaitUntilNoClaimIsInFlight() {
            subscribe(REMOTE, 5);
            decide();
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);

            assertThat(decide()).isEmpty();
            scheduler.claimFinished(REMOTE, true);
            assertThat(decide()).containsExactly(new ClaimSuspect(A, POISON));
        }

        @Test
        void othersShouldGoOnWhenTheSuspectIsEnded() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            decide();
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.ended(SPOOL, 1);

            assertThat(decide()).containsExactly(new Claim(A, 4, 200, false));
        }

        @Test
        void suspectsShouldBeTriedOneAfterTheOther() {
            scheduler.suspectFound(POISON, SPOOL);
            scheduler.suspectFound(VENOM, SPOOL);
            subscribe(A, 5);

            assertThat(decide()).containsExactly(new ClaimSuspect(A, POISON));
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);
            assertThat(decide()).isEmpty();
            scheduler.ended(SPOOL, 1);
            assertThat(decide()).containsExactly(new ClaimSuspect(A, VENOM));
        }

        @Test
        void suspectThatIsGoneShouldBeForgotten() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            decide();
            scheduler.claimFinished(A, false);

            assertThat(decide()).containsExactly(new Claim(A, 5, 250, false));
        }

        @Test
        void suspectThatNobodyWantsShouldStopNobody() {
            scheduler.suspectFound(POISON, OUTGOING);
            subscribe(A, 5);

            assertThat(decide()).containsExactly(new Claim(A, 5, 250, false));
        }

        @Test
        void othersShouldGoOnWhenTheTrialTakesTooLong() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            subscribe(REMOTE, 5);
            decide();
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);

            assertThat(decideAfter(Duration.ofSeconds(60)))
                    .extracting(Decision::subscriber)
                    .containsExactlyInAnyOrder(A, REMOTE);
        }

        @Test
        void othersShouldGoOnWhenItNeverBecomesQuiet() {
            subscribe(A, 5);
            decide();
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.suspectFound(POISON, SPOOL);

            assertThat(decide()).isEmpty();
            assertThat(decideAfter(Duration.ofSeconds(59))).isEmpty();
            assertThat(decideAfter(Duration.ofSeconds(60)))
                    .containsExactly(new Claim(A, 4, 200, true));
        }

        @Test
        void suspectShouldBeTriedAgainWhenTheOthersHadTheirRest() {
            subscribe(A, 5);
            decide();
            claimed(A, 1);
            scheduler.claimFinished(A, false);
            scheduler.suspectFound(POISON, SPOOL);
            decide();
            decideAfter(Duration.ofSeconds(60));
            scheduler.claimFinished(A, true);
            scheduler.ended(SPOOL, 1);

            assertThat(decideAfter(Duration.ofSeconds(359))).isEmpty();
            assertThat(decideAfter(Duration.ofMinutes(6)))
                    .containsExactly(new ClaimSuspect(A, POISON));
        }

        @Test
        @Tag("Q9")
        void trialShouldNotLastForEverWhenTheClockIsTurnedBack() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            decide();
            scheduler.claimed(A, 1);
            scheduler.claimFinished(A, false);

            assertThat(decideAfter(Duration.ofDays(-1))).hasSize(1);
        }

        @Test
        void suspectShouldBeTriedAgainWhenTheStoreFailed() {
            scheduler.suspectFound(POISON, SPOOL);
            subscribe(A, 5);
            decide();
            scheduler.claimFailed(A, NOW);

            assertThat(decideAfter(Duration.ofSeconds(1)))
                    .containsExactly(new ClaimSuspect(A, POISON));
        }
    }

    @Test
    @Tag("Q7")
    void nothingShouldBeDispatchedWhenSuspended() {
        subscribe(A, 5);
        scheduler.suspectFound(POISON, SPOOL);
        scheduler.suspend();

        assertThat(decide()).isEmpty();
    }
}
