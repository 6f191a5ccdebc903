/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.hook.Hook;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;

/**
 * What was said in a session since the postmaster last heard of it, and what went wrong. One thread
 * at a time: James works on a session's lines one after the other.
 */
final class SessionRecord {

    /** More than enough: there is one for each line that was refused or failed. */
    private static final int EXPLANATIONS = 10;

    /** What weighs most stands first: a notice has one class. */
    private static final List<NotifyClass> BY_WEIGHT =
            List.of(
                    NotifyClass.SOFTWARE,
                    NotifyClass.RESOURCE,
                    NotifyClass.DATA,
                    NotifyClass.POLICY,
                    NotifyClass.PROTOCOL);

    private final Transcript transcript = new Transcript();
    private final List<SessionError> errors = new ArrayList<>();
    private final List<String> explanations = new ArrayList<>();
    private Optional<SessionError> verdict = Optional.empty();
    private boolean judged;
    private boolean ended;

    /** Whether a session is worth writing down. Asked for each line of those that are not. */
    static boolean anyWanted(NoticeDesk notices) {
        for (NotifyClass each : BY_WEIGHT) {
            if (notices.wants(each)) {
                return true;
            }
        }
        return false;
    }

    void in(byte[] line) {
        judged = false;
        transcript.in(line);
    }

    /** A hook has refused what is being worked on; the reply follows. */
    void refused(Hook hook, boolean temporary) {
        judge(SessionError.refusal(hook, temporary));
    }

    /** Whatever the reply may be. */
    private void judge(Optional<SessionError> error) {
        judged = true;
        verdict = error;
    }

    void out(Response reply) {
        transcript.out(reply);
        ended |= reply.isEndSession();
        Optional<SessionError> error = judged ? verdict : SessionError.reply(reply.getRetCode());
        error.ifPresent(this::add);
        judged = false;
    }

    /**
     * A handler has thrown something; the reply, if there is one, says nothing of it. What it throws at
     * a secret may quote it, and comes of a client that does not encode it well.
     */
    void failed(RuntimeException exception) {
        judge(Optional.empty());
        if (transcript.hidesLatest()) {
            add(SessionError.BAD_SECRET);
        } else {
            add(SessionError.thrown(exception));
            explain("A handler failed: " + exception);
        }
    }

    /** A line for people, about what is being worked on. */
    void explain(String text) {
        if (explanations.size() < EXPLANATIONS) {
            explanations.add(Printable.line(text));
        }
    }

    /** The first of each class is enough. */
    private void add(SessionError error) {
        if (errors.stream().noneMatch(each -> each.noticeClass() == error.noticeClass())) {
            errors.add(error);
        }
    }

    /** Whether it is time to tell: something went wrong, and no more lines are kept. */
    boolean full() {
        return !errors.isEmpty() && transcript.full();
    }

    /**
     * The notice this session is worth, and a new beginning.
     *
     * @param client NAME[IP]
     * @param over whether the session has ended, in whichever way
     * @return empty if nobody wants to hear of what went wrong
     */
    Optional<Notice> take(String client, boolean over, Predicate<NotifyClass> wanted) {
        Optional<Notice> notice = worst(wanted).map(error -> notice(error, client, over));
        if (notice.isPresent()) {
            transcript.forget();
        }
        errors.clear();
        explanations.clear();
        return notice;
    }

    private Optional<SessionError> worst(Predicate<NotifyClass> wanted) {
        return BY_WEIGHT.stream()
                .filter(wanted)
                .flatMap(each -> errors.stream().filter(error -> error.noticeClass() == each))
                .findFirst();
    }

    private Notice notice(SessionError error, String client, boolean over) {
        List<String> text = new ArrayList<>(explanations);
        if (!text.isEmpty()) {
            text.add("");
        }
        text.add("Transcript of session follows.");
        text.add("");
        text.addAll(transcript.text());
        if (over && !ended) {
            text.add("");
            text.add("Session aborted, reason: lost connection");
        }
        text.add("");
        text.add("");
        text.add("For other details, see the local mail logfile");
        String subject = "james-qmgr SMTP server: errors from " + client;
        return new Notice(error.noticeClass(), error.cause(), subject, text);
    }
}
