/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.jamesqmgr.notice.NotifyClass.BOUNCE;
import static org.jamesqmgr.notice.NotifyClass.DATA;
import static org.jamesqmgr.notice.NotifyClass.DELAY;
import static org.jamesqmgr.notice.NotifyClass.POLICY;
import static org.jamesqmgr.notice.NotifyClass.PROTOCOL;
import static org.jamesqmgr.notice.NotifyClass.RESOURCE;
import static org.jamesqmgr.notice.NotifyClass.SOFTWARE;
import static org.jamesqmgr.notice.NotifyClass.TWO_BOUNCE;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class ReportingConfigurationTest {

    @Nested
    @Tag("B1")
    @Tag("B2")
    class Reports {
        @Test
        void defaultsShouldBeThoseOfPostfix() throws Exception {
            assertThat(read("").reports())
                    .isEqualTo(new ReportSettings(50000, Duration.ZERO, "double-bounce", ""));
        }

        @Test
        void everyParameterShouldBeTaken() throws Exception {
            assertThat(
                            read("""
                                    <bounce_size_limit>10M</bounce_size_limit>
                                    <bounce_template_file>file://conf/bounce.cf</bounce_template_file>
                                    <delay_warning_time>30m</delay_warning_time>
                                    <double_bounce_sender>no-reply</double_bounce_sender>
                                    """)
                                    .reports())
                    .isEqualTo(
                            new ReportSettings(
                                    10 * 1024 * 1024,
                                    Duration.ofMinutes(30),
                                    "no-reply",
                                    "file://conf/bounce.cf"));
        }

        @ParameterizedTest(name = "{0} = {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "bounce_size_limit | 50 kB | a size from 0 to 1048576G: a whole number, then K, M, G or nothing, which means bytes",
                    "bounce_size_limit | -1 | a size from 0",
                    "bounce_template_file | conf/bounce.cf | a file, as file://conf/bounce.cf",
                    "double_bounce_sender | double-bounce@example.org | the local part of an address, without @ and what follows",
                })
        void faultsShouldStopTheStart(String name, String value, String allowed) {
            assertThat(problem(element(name, value)))
                    .startsWith(found(name, value) + ", allowed: " + allowed);
        }
    }

    @Nested
    @Tag("D6")
    class LateMail {
        private final ListAppender<ILoggingEvent> log = new ListAppender<>();
        private final Logger logger = (Logger) LoggerFactory.getLogger(QmgrSettingsReader.class);

        @BeforeEach
        void listenToTheLog() {
            log.start();
            logger.setLevel(Level.WARN);
            logger.addAppender(log);
        }

        @AfterEach
        void stopListening() {
            logger.detachAppender(log);
            logger.setLevel(null);
        }

        @Test
        void delayWarningTimeShouldBeInHoursIfNothingElseIsSaid() throws Exception {
            assertThat(read(element("delay_warning_time", "4")).reports().delayWarningTime())
                    .isEqualTo(Duration.ofHours(4));
            assertThat(log.list).isEmpty();
        }

        @Test
        void warningAfterTheEndShouldBeAdvisedAgainst() throws Exception {
            assertThat(read(element("delay_warning_time", "6d")).reports().delayWarningTime())
                    .isEqualTo(Duration.ofDays(6));

            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            found("delay_warning_time", "6d")
                                    + ", advised: at most maximal_queue_lifetime, which is 5d (the default)");
        }
    }

    @Nested
    @Tag("N1")
    class Classes {
        @Test
        void postmasterShouldHearOfResourcesAndSoftwareByDefault() throws Exception {
            assertThat(read("").notices().classes()).containsExactlyInAnyOrder(RESOURCE, SOFTWARE);
        }

        @Test
        void everyClassShouldHaveItsName() throws Exception {
            assertThat(classes("bounce 2bounce, delay,policy\n protocol resource software data"))
                    .containsExactlyInAnyOrder(NotifyClass.values());
        }

        @Test
        void bounceShouldImplyTwoBounce() throws Exception {
            assertThat(classes("bounce")).containsExactlyInAnyOrder(BOUNCE, TWO_BOUNCE);
            assertThat(classes("2bounce")).containsExactly(TWO_BOUNCE);
        }

        @Test
        void noClassShouldBeAChoiceToo() throws Exception {
            assertThat(classes("")).isEmpty();
        }

        @Test
        void unknownClassShouldBeGuessed() {
            assertThat(problem(element("notify_classes", "bounce, sofware")))
                    .isEqualTo(
                            found("notify_classes", "bounce, sofware")
                                    + ", allowed: any of bounce, 2bounce, delay, policy, protocol, resource, software, data,"
                                    + " with commas or spaces between them, or nothing; did you mean software?");
        }

        @Test
        void classThatIsLikeNoneShouldNotBeGuessed() {
            assertThat(problem(element("notify_classes", "everything"))).endsWith(", or nothing");
        }

        private Set<NotifyClass> classes(String value) throws Exception {
            return read(element("notify_classes", value)).notices().classes();
        }
    }

    @Nested
    @Tag("N2")
    class Recipients {
        @Test
        void postmasterShouldGetEverythingByDefault() throws Exception {
            assertThat(read("").notices().recipients())
                    .hasSize(NotifyClass.values().length)
                    .allSatisfy(
                            (noticeClass, recipient) ->
                                    assertThat(recipient).isEqualTo("postmaster"));
        }

        @Test
        void recipientsShouldBeThoseOfTheirClasses() throws Exception {
            QmgrSettings settings =
                    read(
                            """
                            <bounce_notice_recipient>bounces@example.org</bounce_notice_recipient>
                            <parameter name="2bounce_notice_recipient">lost@example.org</parameter>
                            <delay_notice_recipient>late</delay_notice_recipient>
                            <error_notice_recipient>root</error_notice_recipient>
                            <policy_notice_recipient>abuse@example.org</policy_notice_recipient>
                            """);

            assertThat(settings.notices().recipients())
                    .containsOnly(
                            entry(BOUNCE, "bounces@example.org"),
                            entry(TWO_BOUNCE, "lost@example.org"),
                            entry(DELAY, "late"),
                            entry(POLICY, "abuse@example.org"),
                            entry(PROTOCOL, "root"),
                            entry(RESOURCE, "root"),
                            entry(SOFTWARE, "root"),
                            entry(DATA, "root"));
            assertThat(settings.reporting().recipientParameters())
                    .containsAllEntriesOf(
                            Map.of(
                                    TWO_BOUNCE, "2bounce_notice_recipient",
                                    POLICY, "policy_notice_recipient",
                                    DATA, "error_notice_recipient"));
        }

        static Stream<NotifyClass> errors() {
            return Stream.of(POLICY, PROTOCOL, RESOURCE, SOFTWARE, DATA);
        }

        @ParameterizedTest
        @MethodSource("errors")
        void recipientOfASingleClassShouldGoFirst(NotifyClass noticeClass) throws Exception {
            String name = noticeClass + "_notice_recipient";

            assertThat(read(element(name, "someone")).notices().recipients())
                    .containsEntry(noticeClass, "someone")
                    .containsValue("postmaster");
        }

        @Test
        void recipientOfAClassThatIsOffShouldBeAllowed() throws Exception {
            assertThat(
                            read(element("delay_notice_recipient", "late")
                                            + element("notify_classes", ""))
                                    .notices()
                                    .recipients())
                    .containsEntry(DELAY, "late");
        }

        @ParameterizedTest(name = "{0} = {1}")
        @CsvSource({
            "bounce_notice_recipient, a b@example.org",
            "bounce_notice_recipient, one@example.org;two@example.org",
            "delay_notice_recipient, @example.org",
            "error_notice_recipient, $mydomain",
            "policy_notice_recipient, root@",
        })
        void whatIsNoRecipientShouldStopTheStart(String name, String value) {
            assertThat(problem(element(name, value)))
                    .startsWith(
                            found(name, value)
                                    + ", allowed: an address, as admin@example.org, or its local"
                                    + " part alone, as postmaster");
        }

        @Test
        void bothFormsOfAParameterShouldStopTheStart() {
            assertThat(
                            problem(
                                    """
                                    <bounce_notice_recipient>a</bounce_notice_recipient>
                                    <parameter name="bounce_notice_recipient">a</parameter>
                                    """))
                    .contains("line 2: ", "bounce_notice_recipient is already in line 1");
        }
    }

    @Test
    @Tag("N4")
    void noticeIntervalShouldBeAMinuteUnlessSaidOtherwise() throws Exception {
        assertThat(read("").notices().interval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(read(element("notice_interval", "0")).notices().interval()).isZero();
    }

    @Test
    @Tag("Q4")
    void queueMinfreeShouldBeASize() throws Exception {
        assertThat(read("").queueMinfree()).isZero();
        assertThat(read(element("queue_minfree", "2G")).queueMinfree()).isEqualTo(2L << 30);
        assertThat(problem(element("queue_minfree", "10%"))).contains("allowed: a size from 0");
    }

    private static String element(String name, String value) {
        return "<%1$s>%2$s</%1$s>".formatted(name, value);
    }

    private static String found(String name, String value) {
        return "qmgr.xml line 1: <%s>: found \"%s\"".formatted(name, value);
    }

    private static String problem(String elements) {
        QmgrConfigurationException thrown =
                catchThrowableOfType(() -> read(elements), QmgrConfigurationException.class);
        assertThat(thrown).isNotNull();
        assertThat(thrown.problems()).hasSize(1);
        return thrown.problems().get(0);
    }

    private static QmgrSettings read(String elements) throws QmgrConfigurationException {
        byte[] xml = ("<qmgr>" + elements + "</qmgr>").getBytes(StandardCharsets.UTF_8);
        return QmgrSettingsReader.read("qmgr.xml", new ByteArrayInputStream(xml));
    }
}
