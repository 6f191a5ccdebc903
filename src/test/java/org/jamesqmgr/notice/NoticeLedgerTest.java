/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N4")
class NoticeLedgerTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int CAUSES = 3;
    private static final int WAITING = 4;

    private NoticeLedger ledger = ledger(Duration.ofSeconds(60));

    private static NoticeLedger ledger(Duration interval) {
        return new NoticeLedger(interval, CAUSES, WAITING);
    }

    @Test
    void theFirstShouldBeToldAtOnceAndTheOthersAtTheEndOfTheInterval() {
        event("disk", 0);
        assertThat(told(0)).containsExactly("disk 0");
        event("disk", 1);
        event("disk", 30);
        assertThat(told(59)).isEmpty();
        assertThat(told(60)).containsExactly("disk 30 (2 more)");
        event("disk", 61);
        assertThat(told(119)).isEmpty();
        assertThat(told(120)).containsExactly("disk 61 (1 more)");
        assertThat(told(180)).isEmpty();
        event("disk", 181);
        assertThat(told(181)).containsExactly("disk 181");
    }

    @Test
    void aSummaryShouldSayHowManySinceWhenAndShowTheLast() {
        event("disk", 0);
        told(0);
        event("disk", 1);
        event("disk", 2);

        Notice summary = ledger.next(at(60)).orElseThrow().notice();

        assertThat(summary.noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
        assertThat(summary.cause()).isEqualTo("disk");
        assertThat(summary.subject()).isEqualTo("disk 2 (2 more)");
        assertThat(summary.text())
                .containsExactly(
                        "2 more events of this kind since 2026-03-01T12:00:01Z. The last one:",
                        "",
                        "text of disk 2");
    }

    @Test
    void tenThousandEventsShouldMakeTwoNotices() {
        for (int i = 0; i < 10_000; i++) {
            ledger.add(notice("disk", "disk"), 1, START.plusMillis(i * 5L));
        }

        assertThat(told(59)).containsExactly("disk");
        assertThat(told(60)).containsExactly("disk (9999 more)");
        assertThat(ledger.untold()).isZero();
    }

    @Test
    void causesAndClassesShouldBeToldApart() {
        event("disk", 0);
        event("agent", 0);
        ledger.add(new Notice(NotifyClass.RESOURCE, "disk", "resource: disk", List.of()), 1, at(0));

        assertThat(told(0)).containsExactly("disk 0", "agent 0", "resource: disk");
    }

    @Test
    void withoutAnIntervalEveryEventShouldBeTold() {
        ledger = ledger(Duration.ZERO);
        event("disk", 0);
        event("disk", 0);
        event("disk", 1);

        assertThat(told(1)).containsExactly("disk 0", "disk 0", "disk 1");
    }

    @Test
    void moreCausesThanAreToldApartShouldShareOne() {
        for (int i = 0; i < 10; i++) {
            event("cause " + i, 0);
            told(0);
        }

        assertThat(told(60)).containsExactly("cause 9 0 (6 more)");
    }

    @Test
    void forgottenCausesShouldMakeRoom() {
        for (int i = 0; i < 3; i++) {
            event("cause " + i, 0);
        }
        told(0);
        event("new", 60);
        event("newer", 60);

        assertThat(told(60)).containsExactly("new 60", "newer 60");
    }

    @Test
    void whatIsNotSentShouldStayInItsOrder() {
        event("disk", 0);
        event("disk", 1);
        event("agent", 2);
        event("disk", 61);

        assertThat(ledger.next(at(60)).orElseThrow().notice().subject()).isEqualTo("disk 0");
        assertThat(ledger.next(at(100)).orElseThrow().notice().subject()).isEqualTo("disk 0");
        assertThat(told(100)).containsExactly("disk 0", "disk 61 (2 more)", "agent 2");
    }

    @Test
    void whatWaitsShouldBeBoundedAndTheRestCounted() {
        ledger = ledger(Duration.ZERO);
        for (int i = 0; i < 100; i++) {
            event("disk", i);
        }

        assertThat(told(100))
                .containsExactly("disk 0", "disk 1", "disk 2", "disk 3", "disk 99 (96 more)");
    }

    @Test
    void aBatchShouldCountAsItsEvents() {
        event("disk", 0);
        told(0);
        ledger.add(notice("disk", "disk"), 7, at(1));
        event("disk", 2);

        assertThat(told(60)).containsExactly("disk 2 (8 more)");
    }

    @Test
    void theEndShouldNotWaitForIntervals() {
        event("disk", 0);
        event("disk", 1);

        ledger.endIntervals();

        assertThat(told(1)).containsExactly("disk 0", "disk 1 (1 more)");
    }

    @Test
    void aClockThatWasSetBackShouldNotSilenceAnybody() {
        event("disk", 3600);
        told(3600);
        event("disk", 3601);

        assertThat(told(0)).containsExactly("disk 3601 (1 more)");
    }

    @Test
    void theNextTimeShouldBeThatOfTheNextNotice() {
        assertThat(ledger.nextDue()).isEmpty();
        event("disk", 0);
        assertThat(ledger.nextDue()).contains(at(0));
        told(0);
        assertThat(ledger.nextDue()).isEmpty();
        event("disk", 1);
        assertThat(ledger.nextDue()).contains(at(60));
    }

    @Test
    void whatIsCountedWhileASummaryIsSentShouldBeToldNext() {
        event("disk", 0);
        told(0);
        event("disk", 1);
        NoticeLedger.Due due = ledger.next(at(60)).orElseThrow();
        event("disk", 60);
        ledger.told(due, at(60));

        assertThat(told(119)).isEmpty();
        assertThat(told(120)).containsExactly("disk 60 (1 more)");
    }

    private void event(String cause, int second) {
        ledger.add(notice(cause, cause + " " + second), 1, at(second));
    }

    private static Notice notice(String cause, String subject) {
        return new Notice(NotifyClass.SOFTWARE, cause, subject, List.of("text of " + subject));
    }

    /** Sends what is to be sent at that time. */
    private List<String> told(int second) {
        List<String> subjects = new ArrayList<>();
        Optional<NoticeLedger.Due> due = ledger.next(at(second));
        while (due.isPresent()) {
            subjects.add(due.get().notice().subject());
            ledger.told(due.get(), at(second));
            due = ledger.next(at(second));
        }
        return subjects;
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
