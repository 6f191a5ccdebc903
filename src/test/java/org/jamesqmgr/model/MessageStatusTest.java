/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jamesqmgr.model.MessageStatus.Mark;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MessageStatusTest {

    private static final Instant ARRIVAL = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant DUE = ARRIVAL.plusSeconds(60);
    private static final Instant LATER = ARRIVAL.plusSeconds(120);
    private static final EnvelopeBuilder MAIL = mail(new TransportName("spool"), ARRIVAL);

    /** Scheduled, tried 4 times, refused twice in a row, one crash. */
    private static final MessageStatus BEFORE = new MessageStatus(DUE, true, 4, 2, 1, "before");

    @Test
    void newMailShouldBeDueAtItsArrival() {
        MessageStatus expected = new MessageStatus(ARRIVAL, false, 0, 0, 0, "");

        assertThat(MessageStatus.accepted(MAIL.build())).isEqualTo(expected);
        assertThat(MessageStatus.accepted(MAIL.notBefore(Instant.EPOCH).build()))
                .isEqualTo(expected);
    }

    @Test
    @Tag("D9")
    void scheduledMailShouldBeDueWhenItWasAskedFor() {
        assertThat(MessageStatus.accepted(MAIL.notBefore(DUE).build()))
                .isEqualTo(new MessageStatus(DUE, true, 0, 0, 0, ""));
    }

    @Test
    void failedAttemptShouldEndASeriesOfRefusalsAndCrashes() {
        assertThat(BEFORE.deferred(LATER, "why"))
                .isEqualTo(new MessageStatus(LATER, false, 5, 0, 0, "why"));
    }

    @Test
    @Tag("D9")
    void reschedulingShouldMakeMailScheduled() {
        assertThat(BEFORE.deferred(DUE, "why").rescheduled(LATER))
                .isEqualTo(new MessageStatus(LATER, true, 6, 0, 0, "why"));
    }

    @Test
    void refusalsShouldBeCountedInARow() {
        assertThat(BEFORE.rejected(LATER, "why"))
                .isEqualTo(new MessageStatus(LATER, false, 5, 3, 0, "why"));
        assertThat(BEFORE.rejected(LATER, "why").deferred(LATER, "").rejected(LATER, "why"))
                .isEqualTo(new MessageStatus(LATER, false, 7, 1, 0, "why"));
    }

    @Test
    @Tag("Q11")
    void crashShouldBeCountedAndChangeNothingElse() {
        assertThat(BEFORE.crashed().crashed())
                .isEqualTo(new MessageStatus(DUE, true, 4, 2, 3, "before"));
    }

    @Test
    @Tag("D7")
    void flushShouldChangeTheDueTimeOnly() {
        assertThat(BEFORE.flushed(LATER))
                .isEqualTo(new MessageStatus(LATER, true, 4, 2, 1, "before"));
    }

    @Test
    @Tag("A3")
    void pardonShouldForgetRefusalsAndCrashesOnly() {
        assertThat(BEFORE.pardoned()).isEqualTo(new MessageStatus(DUE, true, 4, 0, 0, "before"));
    }

    @Test
    @Tag("D6")
    void marksShouldStayWhateverHappens() {
        MessageStatus marked = BEFORE.withMarks(Set.of(Mark.DELAY_REPORTED));

        assertThat(
                        List.of(
                                marked.deferred(LATER, "why"),
                                marked.rescheduled(LATER),
                                marked.rejected(LATER, "why"),
                                marked.crashed(),
                                marked.flushed(LATER),
                                marked.pardoned(),
                                marked.because("after")))
                .allMatch(after -> after.has(Mark.DELAY_REPORTED));
    }

    @Test
    void reasonShouldChangeNothingElse() {
        assertThat(BEFORE.because("after"))
                .isEqualTo(new MessageStatus(DUE, true, 4, 2, 1, "after"));
    }
}
