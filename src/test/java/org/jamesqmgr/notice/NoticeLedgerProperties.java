/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

@Tag("N4")
class NoticeLedgerProperties {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /**
     * What happens next.
     *
     * @param seconds that pass before; the clock may be set back
     * @param events so many of the cause, if any
     * @param sends how many notices are sent then, if so many are to be
     */
    record Step(int seconds, int cause, int events, int sends) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(-5, 40),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property
    void everyEventShouldBeToldOnce(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(max = 60) int interval) {
        NoticeLedger ledger = new NoticeLedger(Duration.ofSeconds(interval), 3, 2);
        Instant now = START;
        long happened = 0;
        long told = 0;
        for (Step step : steps) {
            now = now.plusSeconds(step.seconds());
            if (step.events() > 0) {
                ledger.add(notice(step.cause()), step.events(), now);
                happened += step.events();
            }
            told += send(ledger, step.sends(), now);
            assertThat(told + ledger.untold()).isEqualTo(happened);
        }
        ledger.endIntervals();
        told += send(ledger, Integer.MAX_VALUE, now);

        assertThat(told).isEqualTo(happened);
        assertThat(ledger.untold()).isZero();
        assertThat(ledger.nextDue()).isEmpty();
    }

    private static long send(NoticeLedger ledger, int most, Instant now) {
        long told = 0;
        for (int i = 0; i < most; i++) {
            Optional<NoticeLedger.Due> due = ledger.next(now);
            if (due.isEmpty()) {
                return told;
            }
            ledger.told(due.get(), now);
            told += due.get().events();
        }
        return told;
    }

    private static Notice notice(int cause) {
        return new Notice(NotifyClass.SOFTWARE, "cause " + cause, "subject", List.of("text"));
    }
}
