/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jamesqmgr.store.directory.Audit.End;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;

/** Any story, with anything going wrong anywhere in it. */
@Tag("Q3")
@Tag("Q7")
class FaultProperties {

    /** The same stories in every build; without it, others in every run. */
    private static final String SEED = "8337371171837574980";

    /** Something a customer does, and to which of the messages that it could be done to. */
    record Step(Deed deed, int choice) {

        @Override
        public String toString() {
            return deed + "-" + choice;
        }
    }

    /** Frequent ones twice: without mail nothing else happens. */
    enum Deed {
        ACCEPT,
        ACCEPT_AGAIN,
        ACCEPT_DELAYED,
        CLAIM,
        CLAIM_AGAIN,
        BEGIN,
        REPLACE_ENVELOPE,
        GO_ON,
        GO_ON_AGAIN,
        RECORD,
        RECORD_AGAIN,
        REPORT,
        COMPLETE,
        DEFER,
        RESCHEDULE,
        HOLD_AT_WORK,
        GIVE_BACK,
        HOLD,
        RELEASE,
        FLUSH,
        REMOVE,
        LOOK,
        WAIT,
        REOPEN
    }

    private static void act(Customer customer, Step step) {
        int choice = step.choice();
        Duration minutes = Duration.ofMinutes(choice);
        switch (step.deed()) {
            case ACCEPT, ACCEPT_AGAIN -> customer.accept(choice * 50);
            case ACCEPT_DELAYED -> customer.acceptDelayed(minutes);
            case CLAIM, CLAIM_AGAIN -> customer.claim();
            case BEGIN -> customer.begin(choice);
            case REPLACE_ENVELOPE -> customer.replaceEnvelope(choice);
            case GO_ON, GO_ON_AGAIN -> customer.goOn(choice);
            case RECORD, RECORD_AGAIN -> customer.record(choice);
            case REPORT -> customer.report(choice);
            case COMPLETE -> customer.complete(choice);
            case DEFER -> customer.defer(choice, minutes);
            case RESCHEDULE -> customer.reschedule(choice, minutes);
            case HOLD_AT_WORK -> customer.holdAtWork(choice);
            case GIVE_BACK -> customer.giveBack(choice);
            case HOLD -> customer.hold(choice);
            case RELEASE -> customer.release(choice);
            case FLUSH -> customer.flush(choice);
            case REMOVE -> customer.remove(choice);
            case LOOK -> customer.look();
            case WAIT -> customer.passes(minutes);
            case REOPEN -> {
                customer.close();
                customer.open();
            }
        }
    }

    @BeforeContainer
    static void silence() {
        SilentStore.begin();
    }

    @AfterContainer
    static void noise() {
        SilentStore.end();
    }

    @Provide
    Arbitrary<List<Step>> stories() {
        return Combinators.combine(Arbitraries.of(Deed.class), Arbitraries.integers().between(0, 5))
                .as(Step::new)
                .list()
                .ofMinSize(10)
                .ofMaxSize(80);
    }

    private static Trial trial(List<Step> story) {
        return Trial.of(
                customer -> {
                    customer.open();
                    story.forEach(step -> act(customer, step));
                });
    }

    @Property(seed = SEED, tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void killShouldBreakNoPromise(
            @ForAll("stories") List<Step> story,
            @ForAll @DoubleRange(min = 0, max = 1) double moment) {
        Trial trial = trial(story);

        assertThat(trial.afterKill(at(moment, trial), Outcome.DIES_HALF_WAY)).isEmpty();
    }

    @Property(seed = SEED, tries = 4000, edgeCases = EdgeCasesMode.NONE)
    void powerCutShouldBreakNoPromise(
            @ForAll("stories") List<Step> story,
            @ForAll @DoubleRange(min = 0, max = 1) double moment,
            @ForAll long seed) {
        Random random = new Random(seed);
        Trial trial = trial(story);

        assertThat(
                        trial.afterPowerCut(
                                at(moment, trial),
                                Outcome.DIES_HALF_WAY,
                                End.UNTIDY_POWER_CUT,
                                unsynced -> random.nextInt(unsynced + 1)))
                .isEmpty();
    }

    /** An operation of the story proper; the first ones create the directories. */
    private static int at(double moment, Trial trial) {
        int opened = Trial.of(Customer::open).operations();
        return opened + (int) (moment * (trial.operations() - opened));
    }

    /** Not two in a row: what cannot be read twice while all else can, is rightly called damaged. */
    @Property(seed = SEED, tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void failuresShouldBreakNoPromise(
            @ForAll("stories") List<Step> story,
            @ForAll @IntRange(min = 20, max = 80) int every,
            @ForAll boolean restart) {
        Fault fault =
                (operation, kind) ->
                        operation > 150 && operation % every == 0
                                ? Outcome.FAILS_HALF_WAY
                                : Outcome.WORKS;
        Trial trial = trial(story);

        assertThat(restart ? trial.afterFailing(fault) : trial.whileRunning(fault)).isEmpty();
    }
}
