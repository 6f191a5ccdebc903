/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.bounce.Report.Original;
import org.jamesqmgr.bounce.ReportRules.Ruling;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told what, row by row. */
class ReportRulesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final MailAddress SENDER = address("sender@origin.example");
    private static final MailAddress DOUBLE_BOUNCE = address("double-bounce@mail.example");
    private static final MaybeSender NULL = MaybeSender.nullSender();
    private static final int SMALL = 50_000;
    private static final int LARGE = 50_001;

    private final Set<NotifyClass> classes = EnumSet.noneOf(NotifyClass.class);
    private final Map<MailAddress, RecipientOptions> options = new HashMap<>();
    private Returned returned = Returned.UNSPECIFIED;
    private long sizeLimit = 50_000;
    private boolean isReport;

    @Test
    @Tag("B1")
    void failureShouldBeReportedToTheSenderFromTheNullSenderWithTheWholeMail() {
        Attempt failure = failure("a@x.example");

        assertThat(onFailure(SENDER, SMALL, failure).reports())
                .containsExactly(
                        new Report(
                                ReportKind.FAILURE,
                                Audience.SENDER,
                                NULL,
                                SENDER,
                                List.of(failure),
                                Original.WHOLE));
    }

    @Test
    @Tag("B1")
    void recipientsThatFailTogetherShouldBeInOneReport() {
        Report report = only(onFailure(SENDER, SMALL, failure("a@x.eu"), failure("b@y.eu")));

        assertThat(told(report)).containsExactly("a@x.eu", "b@y.eu");
    }

    @Test
    @Tag("B1")
    void mailAboveTheSizeLimitShouldComeBackAsItsHeaders() {
        assertThat(only(onFailure(SENDER, LARGE, failure("a@x.eu"))).original())
                .isEqualTo(Original.HEADERS);
    }

    @Test
    @Tag("B1")
    void noSizeLimitShouldReturnEverythingWhole() {
        sizeLimit = 0;

        assertThat(only(onFailure(SENDER, LARGE, failure("a@x.eu"))).original())
                .isEqualTo(Original.WHOLE);
    }

    @Test
    @Tag("B3")
    void retHdrsShouldReturnTheHeadersOfSmallMailToo() {
        returned = Returned.HEADERS;

        assertThat(only(onFailure(SENDER, SMALL, failure("a@x.eu"))).original())
                .isEqualTo(Original.HEADERS);
    }

    @Test
    @Tag("B3")
    void retFullShouldNotOverrideTheSizeLimit() {
        returned = Returned.FULL;

        assertThat(only(onFailure(SENDER, LARGE, failure("a@x.eu"))).original())
                .isEqualTo(Original.HEADERS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Notify.class,
            names = {"NEVER", "SUCCESS", "DELAY"})
    @Tag("B3")
    void whoHasNotAskedForFailuresShouldNotBeReported(Notify notify) {
        asked("a@x.eu", notify);

        assertThat(onFailure(SENDER, SMALL, failure("a@x.eu"))).isEqualTo(nothing());
    }

    @Test
    @Tag("B3")
    void onlyTheRecipientsWantedShouldBeInTheReport() {
        asked("a@x.eu", Notify.NEVER);
        asked("b@x.eu", Notify.FAILURE, Notify.SUCCESS);

        Report report =
                only(
                        onFailure(
                                SENDER,
                                SMALL,
                                failure("a@x.eu"),
                                failure("b@x.eu"),
                                failure("c@x.eu")));

        assertThat(told(report)).containsExactly("b@x.eu", "c@x.eu");
    }

    @Test
    @Tag("N1")
    @Tag("N3")
    void classBounceShouldSendItsPostmasterACopyWithTheHeaders() {
        classes.add(NotifyClass.BOUNCE);
        Attempt failure = failure("a@x.eu");

        assertThat(onFailure(SENDER, SMALL, failure).reports())
                .hasSize(2)
                .element(1)
                .isEqualTo(
                        new Report(
                                ReportKind.FAILURE,
                                Audience.POSTMASTER,
                                MaybeSender.of(DOUBLE_BOUNCE),
                                address("bounce@postmasters.example"),
                                List.of(failure),
                                Original.HEADERS));
    }

    @Test
    @Tag("N1")
    @Tag("B3")
    void thePostmastersCopyShouldGoOutWhateverNotifySays() {
        classes.add(NotifyClass.BOUNCE);
        asked("a@x.eu", Notify.NEVER);

        Report copy = only(onFailure(SENDER, SMALL, failure("a@x.eu")));

        assertThat(copy.audience()).isEqualTo(Audience.POSTMASTER);
        assertThat(told(copy)).containsExactly("a@x.eu");
    }

    @ParameterizedTest
    @EnumSource(
            value = NotifyClass.class,
            names = {"BOUNCE", "TWO_BOUNCE"})
    @Tag("B2")
    @Tag("N3")
    void mailFromTheNullSenderShouldGoWholeToThePostmasterOfDoubleBounces(NotifyClass either) {
        classes.add(either);
        Attempt failure = failure("a@x.eu");

        assertThat(onFailure(NULL, SMALL, failure).reports())
                .containsExactly(
                        new Report(
                                ReportKind.FAILURE,
                                Audience.POSTMASTER,
                                MaybeSender.of(DOUBLE_BOUNCE),
                                address("2bounce@postmasters.example"),
                                List.of(failure),
                                Original.WHOLE));
    }

    @Test
    @Tag("B2")
    void aLargeDoubleBounceShouldCarryTheHeaders() {
        classes.add(NotifyClass.TWO_BOUNCE);

        assertThat(only(onFailure(NULL, LARGE, failure("a@x.eu"))).original())
                .isEqualTo(Original.HEADERS);
    }

    @Test
    @Tag("B2")
    void aDoubleBounceShouldTellOfAllWhateverNotifyAndRetSay() {
        classes.add(NotifyClass.TWO_BOUNCE);
        asked("a@x.eu", Notify.NEVER);
        returned = Returned.HEADERS;

        Report report = only(onFailure(NULL, SMALL, failure("a@x.eu")));

        assertThat(told(report)).containsExactly("a@x.eu");
        assertThat(report.original()).isEqualTo(Original.WHOLE);
    }

    @Test
    @Tag("B2")
    void withoutThoseClassesMailFromTheNullSenderShouldBeDroppedWithAWord() {
        classes.addAll(EnumSet.of(NotifyClass.DELAY, NotifyClass.SOFTWARE));

        Ruling ruling = onFailure(NULL, SMALL, failure("a@x.eu"));

        assertThat(ruling.reports()).isEmpty();
        assertThat(ruling.silence()).contains("null sender", "discarded");
    }

    @Test
    @Tag("B2")
    void whatPostmastersAreToldShouldBeDiscardedWithAWarning() {
        classes.addAll(EnumSet.allOf(NotifyClass.class));

        Ruling ruling = onFailure(DOUBLE_BOUNCE, SMALL, failure("a@x.eu"));

        assertThat(ruling.reports()).isEmpty();
        assertThat(ruling.silence()).isEqualTo("undeliverable postmaster notification discarded");
    }

    @Test
    @Tag("B2")
    void ofAnotherServersPostmasterCopyNoCopyShouldBeMade() {
        classes.addAll(EnumSet.allOf(NotifyClass.class));
        isReport = true;
        MailAddress another = address("double-bounce@other.example");

        assertThat(only(onFailure(another, SMALL, failure("a@x.eu"))).audience())
                .isEqualTo(Audience.SENDER);
        assertThat(only(on(ReportKind.DELAY, another, SMALL, deferral("a@x.eu"))).audience())
                .isEqualTo(Audience.SENDER);
    }

    @Test
    @Tag("D6")
    void aDelayShouldBeReportedToTheSenderWithTheHeaders() {
        returned = Returned.FULL;
        Attempt deferral = deferral("a@x.eu");

        assertThat(on(ReportKind.DELAY, SENDER, SMALL, deferral).reports())
                .containsExactly(
                        new Report(
                                ReportKind.DELAY,
                                Audience.SENDER,
                                NULL,
                                SENDER,
                                List.of(deferral),
                                Original.HEADERS));
    }

    @Test
    @Tag("D6")
    @Tag("N1")
    void classDelayShouldSendItsPostmasterACopy() {
        classes.add(NotifyClass.DELAY);
        Attempt deferral = deferral("a@x.eu");

        assertThat(on(ReportKind.DELAY, SENDER, SMALL, deferral).reports())
                .hasSize(2)
                .element(1)
                .isEqualTo(
                        new Report(
                                ReportKind.DELAY,
                                Audience.POSTMASTER,
                                MaybeSender.of(DOUBLE_BOUNCE),
                                address("delay@postmasters.example"),
                                List.of(deferral),
                                Original.HEADERS));
    }

    @Test
    @Tag("D6")
    @Tag("B3")
    void onlyRecipientsWithoutNotifyOrWithDelayShouldBeInAWarning() {
        classes.add(NotifyClass.DELAY);
        asked("a@x.eu", Notify.FAILURE);
        asked("b@x.eu", Notify.DELAY);

        List<Report> reports =
                on(
                                ReportKind.DELAY,
                                SENDER,
                                SMALL,
                                deferral("a@x.eu"),
                                deferral("b@x.eu"),
                                deferral("c@x.eu"))
                        .reports();

        assertThat(reports).hasSize(2);
        assertThat(reports)
                .allSatisfy(report -> assertThat(told(report)).containsExactly("b@x.eu", "c@x.eu"));
    }

    @Test
    @Tag("D6")
    @Tag("B3")
    void nobodyShouldHearOfADelayThatNobodyWantsToHearOf() {
        classes.add(NotifyClass.DELAY);
        asked("a@x.eu", Notify.NEVER);

        assertThat(on(ReportKind.DELAY, SENDER, SMALL, deferral("a@x.eu"))).isEqualTo(nothing());
    }

    @Test
    @Tag("D6")
    @Tag("B2")
    void reportsAndNoticesShouldNeverCauseAWarning() {
        classes.addAll(EnumSet.allOf(NotifyClass.class));

        assertThat(on(ReportKind.DELAY, NULL, SMALL, deferral("a@x.eu"))).isEqualTo(nothing());
        assertThat(on(ReportKind.DELAY, DOUBLE_BOUNCE, SMALL, deferral("a@x.eu")))
                .isEqualTo(nothing());
    }

    @Test
    @Tag("B3")
    void successShouldBeReportedToWhoAskedForIt() {
        asked("a@x.eu", Notify.SUCCESS);
        Attempt success = success("a@x.eu", false);

        assertThat(
                        on(ReportKind.SUCCESS, SENDER, SMALL, success, success("b@x.eu", false))
                                .reports())
                .containsExactly(
                        new Report(
                                ReportKind.SUCCESS,
                                Audience.SENDER,
                                NULL,
                                SENDER,
                                List.of(success),
                                Original.HEADERS));
    }

    @Test
    @Tag("B3")
    void aServerThatAnnouncesDsnShouldReportSuccessItself() {
        asked("a@x.eu", Notify.SUCCESS);

        assertThat(on(ReportKind.SUCCESS, SENDER, SMALL, success("a@x.eu", true)))
                .isEqualTo(nothing());
    }

    @Test
    @Tag("B2")
    @Tag("B3")
    void successShouldNotBeReportedToTheNullSender() {
        asked("a@x.eu", Notify.SUCCESS);

        assertThat(on(ReportKind.SUCCESS, NULL, SMALL, success("a@x.eu", false)))
                .isEqualTo(nothing());
    }

    private Ruling onFailure(MailAddress sender, long size, Attempt... failures) {
        return onFailure(MaybeSender.of(sender), size, failures);
    }

    private Ruling onFailure(MaybeSender sender, long size, Attempt... failures) {
        return on(ReportKind.FAILURE, sender, size, failures);
    }

    private Ruling on(ReportKind kind, MailAddress sender, long size, Attempt... attempts) {
        return on(kind, MaybeSender.of(sender), size, attempts);
    }

    private Ruling on(ReportKind kind, MaybeSender sender, long size, Attempt... attempts) {
        ReportRules rules =
                new ReportRules(
                        new ReportSettings(sizeLimit, Duration.ZERO, "double-bounce", ""),
                        classes,
                        each -> address(each.asString() + "@postmasters.example"),
                        DOUBLE_BOUNCE);
        return rules.on(
                kind, message(sender, size, attempts), () -> isReport, Arrays.asList(attempts));
    }

    private QueuedMessage message(MaybeSender sender, long size, Attempt... attempts) {
        List<MailAddress> recipients =
                Arrays.stream(attempts).map(attempt -> attempt.outcome().recipient()).toList();
        Envelope envelope =
                EnvelopeBuilder.mail(new TransportName("smtp"), NOW)
                        .from(sender)
                        .to(recipients)
                        .build()
                        .withOptions(new DeliveryOptions("", returned, "", options));
        return new QueuedMessage(
                new QueueId(1, 2),
                QueueName.ACTIVE,
                envelope,
                recipients.stream().map(Recipient::pending).toList(),
                MessageStatus.accepted(envelope),
                List.of(),
                size);
    }

    private void asked(String recipient, Notify... notify) {
        options.put(
                address(recipient),
                new RecipientOptions("", "", Set.copyOf(Arrays.asList(notify))));
    }

    private static Report only(Ruling ruling) {
        assertThat(ruling.reports()).hasSize(1);
        return ruling.reports().get(0);
    }

    private static Ruling nothing() {
        return new Ruling(List.of(), "");
    }

    private static List<String> told(Report report) {
        return report.attempts().stream()
                .map(attempt -> attempt.outcome().recipient().asString())
                .toList();
    }

    private static Attempt failure(String recipient) {
        return Attempts.bounced(NOW, recipient);
    }

    private static Attempt deferral(String recipient) {
        return Attempts.deferred(NOW, recipient, "450 4.2.0 later");
    }

    private static Attempt success(String recipient, boolean dsn) {
        Conversation conversation =
                new Conversation("mx.example[192.0.2.1]:25", 1, Duration.ZERO, Duration.ZERO, dsn);
        return new Attempt(NOW, Attempts.delivered(NOW, recipient).outcome(), conversation);
    }
}
