/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/** The events of one cause that were not told yet. For one owner. */
final class NoticeAccount {

    private final String cause;
    private Instant until = Instant.MIN;
    private Instant since = Instant.MIN;
    private long counted;
    private Optional<Notice> latest = Optional.empty();

    NoticeAccount(String cause) {
        this.cause = cause;
    }

    Instant until() {
        return until;
    }

    /** Of the first that is counted. */
    Instant since() {
        return since;
    }

    long counted() {
        return counted;
    }

    /** From now on events are counted until then. */
    void begin(Instant end) {
        until = end;
    }

    void count(Notice notice, long events, Instant now) {
        latest = Optional.of(notice);
        since = counted == 0 ? now : since;
        counted += events;
    }

    /** Nothing happened for an interval. */
    boolean quiet(Instant now, Duration interval) {
        return counted == 0 && over(now, interval);
    }

    boolean due(Instant now, Duration interval) {
        return counted > 0 && over(now, interval);
    }

    /** An end further away than an interval was set before the clock was. */
    private boolean over(Instant now, Duration interval) {
        return !until.isAfter(now) || until.isAfter(now.plus(interval));
    }

    /** So many were told, and are not told again. */
    void told(long events, Instant now, Instant end) {
        counted -= events;
        since = now;
        latest = counted == 0 ? Optional.empty() : latest;
        begin(end);
    }

    Notice summary() {
        Notice last = latest.orElseThrow();
        String count = counted + (counted == 1 ? " more event" : " more events");
        String told =
                "%s of this kind since %s. The last one:"
                        .formatted(count, since.truncatedTo(ChronoUnit.SECONDS));
        return new Notice(
                last.noticeClass(),
                cause,
                last.subject() + " (" + counted + " more)",
                Stream.concat(Stream.of(told, ""), last.text().stream()).toList());
    }
}
