/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.bounce.Report.Original;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.notice.NotifyClass;

/**
 * Who is told what became of a message.
 *
 * <table>
 *   <caption>Of a failure, by the message's sender</caption>
 *   <tr><td>anybody</td><td>the sender, about those who do not have NOTIFY without FAILURE; from the null sender,
 *       with the mail, or its headers if RET says so or it is too large</td></tr>
 *   <tr><td></td><td>and for class {@code bounce} its postmaster, about all; from the double-bounce address, with the
 *       headers</td></tr>
 *   <tr><td>null</td><td>for class {@code 2bounce} or {@code bounce} the postmaster of {@code 2bounce}, about all; with
 *       the mail, or its headers if it is too large</td></tr>
 *   <tr><td>our double-bounce address</td><td>nobody</td></tr>
 * </table>
 *
 * Of a delay the sender hears, and for class {@code delay} its postmaster, about those who do not have NOTIFY without
 * DELAY; of a success the sender alone, about those who have NOTIFY with SUCCESS and were not delivered to a server that
 * reports it itself. Both with the headers, and never to the null sender.
 *
 * <p>What is told to nobody ends every chain of reports: one to a sender comes from null, one on that from our
 * double-bounce address, and on that there is none. Two servers whose postmasters are at the other one do not go on
 * either: of mail that is a report itself and yet has a sender, another postmaster's copy, no copy is made.
 *
 * <p>Immutable; decides, sends nothing.
 */
public final class ReportRules {

    private final long sizeLimit;
    private final Set<NotifyClass> classes;
    private final Function<NotifyClass, MailAddress> postmasters;
    private final MailAddress doubleBounce;

    /**
     * What is decided for a message.
     *
     * @param silence why nobody is told of a failure; empty if somebody is, or nobody wants to be
     */
    public record Ruling(List<Report> reports, String silence) {

        public Ruling {
            reports = List.copyOf(reports);
        }
    }

    /**
     * Rules.
     *
     * @param classes what postmasters want to hear of
     * @param postmasters who that is, for a class; asked when there is something to say
     * @param doubleBounce our own sender of what they are told
     */
    public ReportRules(
            ReportSettings settings,
            Set<NotifyClass> classes,
            Function<NotifyClass, MailAddress> postmasters,
            MailAddress doubleBounce) {
        this.sizeLimit = settings.bounceSizeLimit();
        this.classes = Set.copyOf(classes);
        this.postmasters = postmasters;
        this.doubleBounce = doubleBounce;
    }

    /**
     * Decides.
     *
     * @param isReport whether the message is a report itself (RFC 3464); asked only if that matters
     * @param attempts one for each recipient of whom something is to be said
     */
    public Ruling on(
            ReportKind kind,
            QueuedMessage message,
            BooleanSupplier isReport,
            List<Attempt> attempts) {
        return switch (kind) {
            case FAILURE -> onFailure(message, isReport, attempts);
            case DELAY -> told(onDelay(message, isReport, attempts));
            case SUCCESS -> told(onSuccess(message, attempts));
        };
    }

    private Ruling onFailure(
            QueuedMessage message, BooleanSupplier isReport, List<Attempt> failures) {
        MaybeSender sender = message.envelope().sender();
        if (isOurs(sender)) {
            return untold("undeliverable postmaster notification discarded");
        }
        if (sender.isNullSender()) {
            return onDoubleBounce(message, failures);
        }
        List<Report> reports = new ArrayList<>();
        toSender(reports, ReportKind.FAILURE, message, unless(message, failures, Notify.FAILURE));
        copy(reports, ReportKind.FAILURE, NotifyClass.BOUNCE, isReport, failures);
        return told(reports);
    }

    private Ruling onDoubleBounce(QueuedMessage message, List<Attempt> failures) {
        if (!classes.contains(NotifyClass.TWO_BOUNCE) && !classes.contains(NotifyClass.BOUNCE)) {
            return untold("undeliverable mail from the null sender discarded");
        }
        return told(
                List.of(
                        toPostmaster(
                                ReportKind.FAILURE,
                                NotifyClass.TWO_BOUNCE,
                                failures,
                                tooLarge(message) ? Original.HEADERS : Original.WHOLE)));
    }

    private List<Report> onDelay(
            QueuedMessage message, BooleanSupplier isReport, List<Attempt> deferrals) {
        List<Attempt> wanted = unless(message, deferrals, Notify.DELAY);
        List<Report> reports = new ArrayList<>();
        MaybeSender sender = message.envelope().sender();
        if (!wanted.isEmpty() && !sender.isNullSender() && !isOurs(sender)) {
            toSender(reports, ReportKind.DELAY, message, wanted);
            copy(reports, ReportKind.DELAY, NotifyClass.DELAY, isReport, wanted);
        }
        return reports;
    }

    private List<Report> onSuccess(QueuedMessage message, List<Attempt> deliveries) {
        List<Report> reports = new ArrayList<>();
        MaybeSender sender = message.envelope().sender();
        if (!sender.isNullSender() && !isOurs(sender)) {
            toSender(
                    reports,
                    ReportKind.SUCCESS,
                    message,
                    chosen(
                            deliveries,
                            delivery ->
                                    asked(message, delivery).contains(Notify.SUCCESS)
                                            && !delivery.conversation().dsn()));
        }
        return reports;
    }

    private void toSender(
            List<Report> into, ReportKind kind, QueuedMessage message, List<Attempt> attempts) {
        if (!attempts.isEmpty()) {
            into.add(
                    new Report(
                            kind,
                            Audience.SENDER,
                            MaybeSender.nullSender(),
                            message.envelope().sender().get(),
                            attempts,
                            kind == ReportKind.FAILURE ? returned(message) : Original.HEADERS));
        }
    }

    private void copy(
            List<Report> into,
            ReportKind kind,
            NotifyClass noticeClass,
            BooleanSupplier isReport,
            List<Attempt> attempts) {
        if (classes.contains(noticeClass) && !isReport.getAsBoolean()) {
            into.add(toPostmaster(kind, noticeClass, attempts, Original.HEADERS));
        }
    }

    private Report toPostmaster(
            ReportKind kind, NotifyClass noticeClass, List<Attempt> attempts, Original original) {
        return new Report(
                kind,
                Audience.POSTMASTER,
                MaybeSender.of(doubleBounce),
                postmasters.apply(noticeClass),
                attempts,
                original);
    }

    private Original returned(QueuedMessage message) {
        boolean headers = message.envelope().options().returned() == Returned.HEADERS;
        return headers || tooLarge(message) ? Original.HEADERS : Original.WHOLE;
    }

    private boolean tooLarge(QueuedMessage message) {
        return sizeLimit > 0 && message.size() > sizeLimit;
    }

    private boolean isOurs(MaybeSender sender) {
        return sender.asOptional().filter(doubleBounce::equals).isPresent();
    }

    /** Those of whom the sender wants to hear this, or has not said what it wants to hear. */
    private static List<Attempt> unless(
            QueuedMessage message, List<Attempt> attempts, Notify notify) {
        return chosen(
                attempts,
                attempt -> {
                    Set<Notify> asked = asked(message, attempt);
                    return asked.isEmpty() || asked.contains(notify);
                });
    }

    private static List<Attempt> chosen(List<Attempt> attempts, Predicate<Attempt> wanted) {
        return attempts.stream().filter(wanted).toList();
    }

    private static Set<Notify> asked(QueuedMessage message, Attempt attempt) {
        return message.envelope().options().of(attempt.outcome().recipient()).notifications();
    }

    private static Ruling told(List<Report> reports) {
        return new Ruling(reports, "");
    }

    private static Ruling untold(String why) {
        return new Ruling(List.of(), why);
    }
}
