/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class QmgrSettingsReaderTest {
    private static final String FILE = "conf/qmgr.xml";
    private static final String SECONDS =
            ": a whole number, then s, m, h, d, w or nothing, which means seconds";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(QmgrSettingsReader.class);

    @BeforeEach
    void listenToTheLog() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    @Nested
    class Values {
        @Test
        void readShouldGiveTheDefaultsForAnEmptyRoot() throws Exception {
            assertThat(read("<qmgr/>")).isEqualTo(QmgrSettings.defaults());
            assertThat(log.list).isEmpty();
        }

        @Test
        void readShouldTakeEveryParameter() throws Exception {
            assertThat(
                            read(
                                    """
                                    <?xml version="1.0"?>
                                    <qmgr>
                                      <store>directory</store>
                                      <queue_directory>file:///srv/mail queue</queue_directory>
                                      <queue_run_delay>1m</queue_run_delay>
                                      <minimal_backoff_time>2m</minimal_backoff_time>
                                      <maximal_backoff_time>3h</maximal_backoff_time>
                                      <maximal_queue_lifetime>4</maximal_queue_lifetime>
                                      <qmgr_message_active_limit>5</qmgr_message_active_limit>
                                      <qmgr_message_recipient_limit>6</qmgr_message_recipient_limit>
                                      <stop_timeout>7</stop_timeout>
                                      <broker_url>(tcp://a:1,tcp://b:2)?ha=true</broker_url>
                                      <broker_user>mx1</broker_user>
                                      <broker_password_file>file://conf/broker</broker_password_file>
                                      <broker_prefix>mail</broker_prefix>
                                      <broker_timeout>9</broker_timeout>
                                      <queue_minfree>8K</queue_minfree>
                                    </qmgr>
                                    """))
                    .isEqualTo(
                            new QmgrSettings(
                                    StoreKind.DIRECTORY,
                                    "file:///srv/mail queue",
                                    Duration.ofMinutes(1),
                                    Duration.ofMinutes(2),
                                    Duration.ofHours(3),
                                    Duration.ofDays(4),
                                    5,
                                    6,
                                    Duration.ofSeconds(7),
                                    new BrokerSettings(
                                            "(tcp://a:1,tcp://b:2)?ha=true",
                                            "mx1",
                                            "file://conf/broker",
                                            "mail",
                                            Duration.ofSeconds(9)),
                                    8192,
                                    deliveryWithin(Duration.ofDays(4)),
                                    QmgrSettings.defaults().smtpClient(),
                                    QmgrSettings.defaults().reporting()));
        }

        @Test
        void readShouldTakeTheNameFromAnAttributeToo() throws Exception {
            QmgrSettings settings =
                    read("<qmgr><parameter name=\"stop_timeout\">2m</parameter></qmgr>");

            assertThat(settings.stopTimeout()).isEqualTo(Duration.ofMinutes(2));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<stop_timeout>\r\n\t 90s \n</stop_timeout>",
                    "<stop_timeout><![CDATA[90s]]></stop_timeout>",
                    "<stop_timeout>9<!-- not much -->0s</stop_timeout>",
                    "<stop_timeout>&#57;0s</stop_timeout>",
                    "<!-- <stop_timeout>1s</stop_timeout> --><stop_timeout>90s</stop_timeout>",
                })
        void readShouldNotMindHowTheXmlIsWritten(String xml) throws Exception {
            assertThat(read("<qmgr>" + xml + "</qmgr>").stopTimeout())
                    .isEqualTo(Duration.ofSeconds(90));
        }

        @Test
        void readShouldAllowNoBackoffAndASingleAttempt() throws Exception {
            QmgrSettings settings =
                    read(
                            "<qmgr><minimal_backoff_time>0s</minimal_backoff_time>"
                                    + "<maximal_queue_lifetime>0</maximal_queue_lifetime></qmgr>");

            assertThat(settings.minimalBackoffTime()).isZero();
            assertThat(settings.maximalQueueLifetime()).isZero();
        }

        @Test
        void readShouldAllowEqualBackoffTimes() throws Exception {
            assertThat(
                            read("<qmgr><minimal_backoff_time>4000s</minimal_backoff_time></qmgr>")
                                    .minimalBackoffTime())
                    .isEqualTo(Duration.ofSeconds(4000));
        }

        @Test
        void readShouldNotSplitValuesAtCommas() throws Exception {
            assertThat(
                            read("<qmgr><queue_directory>file://a,b</queue_directory></qmgr>")
                                    .queueDirectory())
                    .isEqualTo("file://a,b");
        }
    }

    @Nested
    class Encodings {
        private static final String XML =
                "<qmgr><queue_directory>file://\u00fc</queue_directory></qmgr>";

        @Test
        void readShouldUnderstandAByteOrderMark() throws Exception {
            assertThat(read(bytes(UTF_8, "\ufeff" + XML)).queueDirectory())
                    .isEqualTo("file://\u00fc");
            assertThat(read(bytes(UTF_16, XML)).queueDirectory()).isEqualTo("file://\u00fc");
        }

        @Test
        void readShouldUnderstandADeclaredEncoding() throws Exception {
            byte[] xml = bytes(ISO_8859_1, "<?xml version='1.0' encoding='ISO-8859-1'?>" + XML);

            assertThat(read(xml).queueDirectory()).isEqualTo("file://\u00fc");
        }

        @Test
        void readShouldNameTheLineOfAByteThatIsNoCharacter() {
            assertThat(problems(bytes(ISO_8859_1, "<qmgr>\n\n" + XML + "</qmgr>")))
                    .singleElement()
                    .asString()
                    .startsWith("conf/qmgr.xml line 3: ")
                    .contains("UTF-8");
        }

        @Test
        void readShouldRefuseAnEncodingItDoesNotKnow() {
            assertThat(problems("<?xml version='1.0' encoding='klingon'?><qmgr/>"))
                    .singleElement()
                    .asString()
                    .startsWith("conf/qmgr.xml line 1: ")
                    .contains("unknown encoding klingon");
        }
    }

    @Nested
    class Malformed {
        @Test
        void readShouldNameFileLineAndColumn() {
            assertThat(problems("<qmgr>\n<store>directory</stor>\n</qmgr>"))
                    .singleElement()
                    .asString()
                    .startsWith("conf/qmgr.xml line 2: column 19: ")
                    .contains("</store>")
                    .endsWith("(allowed: well-formed XML without DOCTYPE)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "stop_timeout = 60s",
                    "<qmgr>",
                    "<qmgr></qmgr><qmgr/>",
                    "<qmgr><stop_timeout>60s</stop_timeout>",
                    "<qmgr><stop_timeout a=1>60s</stop_timeout></qmgr>",
                    "<qmgr><2bounce_notice_recipient>postmaster</2bounce_notice_recipient></qmgr>",
                    "<qmgr><stop_timeout>60s & more</stop_timeout></qmgr>",
                    "<qmgr><stop_timeout>&unknown;</stop_timeout></qmgr>",
                    "<qmgr><!-- a -- b --></qmgr>",
                    "<qmgr>\u0000</qmgr>",
                    "<qmgr>&#0;</qmgr>",
                    "<qmgr></qmgr>trailing",
                })
        void readShouldRefuseWhatIsNotXml(String xml) {
            assertThat(problems(xml))
                    .singleElement()
                    .asString()
                    .startsWith("conf/qmgr.xml line 1:");
        }

        @Test
        void readShouldNotExpandAnEntityBomb() {
            StringBuilder bomb = new StringBuilder("<!DOCTYPE qmgr [\n<!ENTITY e0 \"10\">\n");
            for (int i = 1; i < 30; i++) {
                bomb.append(
                        "<!ENTITY e%d \"%s\">\n".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
            }
            bomb.append("]>\n<qmgr><stop_timeout>&e29;</stop_timeout></qmgr>");

            assertThat(problems(bomb.toString())).singleElement().asString().contains("DOCTYPE");
        }

        @Test
        void readShouldNotFetchExternalEntities(@TempDir Path directory) throws IOException {
            Path secret = Files.writeString(directory.resolve("secret"), "60s");
            String xml =
                    """
                    <!DOCTYPE qmgr [<!ENTITY secret SYSTEM "%s">]>
                    <qmgr><stop_timeout>&secret;</stop_timeout></qmgr>
                    """;

            assertThat(problems(xml.formatted(secret.toUri())))
                    .singleElement()
                    .asString()
                    .startsWith("conf/qmgr.xml line 1: ")
                    .contains("DOCTYPE");
        }

        @Test
        void readShouldSurviveDeepNesting() {
            int depth = 100_000;

            assertThat(problems("<qmgr>" + "<a>".repeat(depth) + "</a>".repeat(depth) + "</qmgr>"))
                    .singleElement()
                    .asString()
                    .contains("<a>: unknown parameter");
        }
    }

    @Nested
    class Problems {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "queue_run_delay | 0 | a time from 1s to 24855d",
                    "queue_run_delay | -5s | a time from 1s to 24855d",
                    "minimal_backoff_time | 1H | a time from 0s to 24855d",
                    "maximal_backoff_time | 1.5h | a time from 1s to 24855d",
                    "maximal_queue_lifetime | 101 | a time from 0s to 100d",
                    "maximal_queue_lifetime | 432000 | a time from 0s to 100d",
                    "qmgr_message_active_limit | 0 | a whole number from 1 to 2147483647",
                    "qmgr_message_recipient_limit | 2k | a whole number from 1 to 2147483647",
                    "stop_timeout | 99999999999999w | a time from 0s to 24855d",
                    "store | memory | directory, artemis",
                    "broker_url | localhost:61616 | a broker as tcp://host:61616",
                    "broker_prefix | my.queues | up to 60 of the characters",
                    "queue_directory | /var/spool | a directory, as file://var/spool/qmgr",
                })
        void readShouldSayWhatWasFoundAndWhatIsAllowed(String name, String value, String allowed) {
            assertThat(problems("<qmgr>\n<%1$s>%2$s</%1$s>\n</qmgr>".formatted(name, value)))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "conf/qmgr.xml line 2: <%s>: found \"%s\", allowed: %s"
                                    .formatted(name, value, allowed));
        }

        @Test
        void readShouldSayAllOfItInOneLine() {
            assertThat(problems("<qmgr><stop_timeout>1 h</stop_timeout></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <stop_timeout>: found \"1 h\", allowed: a time from"
                                    + " 0s to 24855d"
                                    + SECONDS);
        }

        @Test
        void readShouldShowForeignDigits() {
            assertThat(problems("<qmgr><stop_timeout>\uff16\uff10s</stop_timeout></qmgr>"))
                    .singleElement()
                    .asString()
                    .contains("found \"\\uff16\\uff10s\"");
        }

        @Test
        void readShouldNotLetAValueForgeLogLines() {
            assertThat(
                            problems(
                                    "<qmgr><stop_timeout>1s\n2026 INFO all is well</stop_timeout></qmgr>"))
                    .singleElement()
                    .asString()
                    .contains("found \"1s\\u000a2026 INFO all is well\"");
        }

        @Test
        void readShouldCutAHugeValue() {
            String huge = "9".repeat(10_000_000);

            assertThat(problems("<qmgr><stop_timeout>" + huge + "</stop_timeout></qmgr>"))
                    .singleElement()
                    .asString()
                    .contains("(10000000 characters)")
                    .hasSizeLessThan(400);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<stop_timeout/>",
                    "<stop_timeout></stop_timeout>",
                    "<stop_timeout> \n </stop_timeout>",
                    "<stop_timeout><!-- 60s --></stop_timeout>",
                })
        void readShouldAskForAValueOrForNoElement(String xml) {
            assertThat(problems("<qmgr>" + xml + "</qmgr>"))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "conf/qmgr.xml line 1: <stop_timeout>: has no value: remove it, or give a"
                                    + " value, allowed: a time from 0s");
        }

        @Test
        void readShouldRefuseASecondValue() {
            assertThat(
                            problems(
                                    """
                                    <qmgr>
                                      <stop_timeout>60s</stop_timeout>
                                      <stop_timeout>60s</stop_timeout>
                                      <parameter name="stop_timeout">60s</parameter>
                                    </qmgr>
                                    """))
                    .containsExactly(
                            "conf/qmgr.xml line 3: <stop_timeout>: stop_timeout is already in line 2,"
                                    + " allowed: only one of them",
                            "conf/qmgr.xml line 4: <parameter name=\"stop_timeout\">: stop_timeout is"
                                    + " already in line 2, allowed: only one of them");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<parameter>60s</parameter>",
                    "<parameter name=\"\">60s</parameter>",
                    "<parameter name=\" \">60s</parameter>",
                    "<parameter Name=\"stop_timeout\">60s</parameter>",
                })
        void readShouldRefuseAParameterWithoutName(String xml) {
            assertThat(problems("<qmgr>" + xml + "</qmgr>"))
                    .singleElement()
                    .asString()
                    .contains(
                            "has no name, allowed:"
                                    + " <parameter name=\"minimal_backoff_time\">300s</parameter>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<stop_timeout unit=\"m\">1</stop_timeout>",
                    "<parameter name=\"stop_timeout\" unit=\"m\">1</parameter>",
                })
        void readShouldRefuseAttributes(String xml) {
            assertThat(problems("<qmgr>" + xml + "</qmgr>"))
                    .singleElement()
                    .asString()
                    .endsWith(
                            "found the attribute unit=\"m\", allowed: only a value between the tags");
        }

        @Test
        void readShouldRefuseElementsInsideAParameter() {
            assertThat(problems("<qmgr><stop_timeout><value>1</value></stop_timeout></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <stop_timeout>: found the element <value> inside,"
                                    + " allowed: only a value");
        }

        @Test
        void readShouldRefuseAnotherRootElement() {
            assertThat(problems("<?xml version='1.0'?>\n<smtpserver><unknown/></smtpserver>"))
                    .containsExactly(
                            "conf/qmgr.xml line 2: <smtpserver>: this is the root element, allowed:"
                                    + " <qmgr>");
        }

        @Test
        void readShouldRefuseWhatIsInTheRootButIsNoParameter() {
            assertThat(problems("<qmgr enabled=\"true\">60s<store>directory</store></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <qmgr>: found the attribute enabled=\"true\","
                                    + " allowed: none",
                            "conf/qmgr.xml line 1: <qmgr>: found the text \"60s\" between the"
                                    + " parameters, allowed: only elements");
        }

        @Test
        void readShouldReportAllProblemsInTheOrderOfTheFile() {
            QmgrConfigurationException thrown =
                    failure(
                            bytes(
                                    UTF_8,
                                    """
                                    <qmgr>
                                      <minimal_backoff_time>2h</minimal_backoff_time>
                                      <stop_timeout>soon</stop_timeout>
                                      <minimum_backoff_time>1s</minimum_backoff_time>
                                      <maximal_backoff_time>1h</maximal_backoff_time>
                                      <store/>
                                    </qmgr>
                                    """));

            assertThat(thrown.problems())
                    .extracting(problem -> problem.substring(0, problem.indexOf('>') + 1))
                    .containsExactly(
                            "conf/qmgr.xml line 2: <minimal_backoff_time>",
                            "conf/qmgr.xml line 3: <stop_timeout>",
                            "conf/qmgr.xml line 4: <minimum_backoff_time>",
                            "conf/qmgr.xml line 6: <store>");
            assertThat(thrown).hasMessage(String.join("\n", thrown.problems()));
        }

        @Test
        void readShouldNotDrownTheReaderInProblems() {
            assertThat(problems("<qmgr>" + "<a/>".repeat(1000) + "</qmgr>"))
                    .hasSize(51)
                    .last()
                    .isEqualTo("conf/qmgr.xml: and 950 more");
        }
    }

    @Nested
    class Strangers {
        @Test
        void readShouldGuessWhatWasMeant() {
            assertThat(problems("<qmgr><minimum_backoff_time>5m</minimum_backoff_time></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <minimum_backoff_time>: unknown parameter, found"
                                    + " \"5m\", did you mean minimal_backoff_time?");
        }

        @Test
        void readShouldGuessInTheOtherFormToo() {
            assertThat(problems("<qmgr><parameter name=' stop_timeout'>5m</parameter></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <parameter name=\" stop_timeout\">: unknown"
                                    + " parameter, found \"5m\", did you mean stop_timeout?");
        }

        @Test
        void readShouldListWhatIsAllowedWhenItCannotGuess() {
            assertThat(problems("<qmgr><parameter name=\"parameter\">1</parameter></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <parameter name=\"parameter\">: unknown parameter,"
                                    + " found \"1\", allowed: "
                                    + String.join(", ", Parameters.names())
                                    + ", and the tables transports, transport_maps,"
                                    + " sender_dependent_relayhost_maps");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "hash_queue_depth",
                    "in_flow_delay",
                    "qmgr_clog_warn_time",
                    "smtp_fallback_relay",
                    "smtp_tls_policy_maps",
                    "default_transport_rate_delay",
                    "slow_transport_rate_delay",
                    "smtp_delivery_slot_cost",
                    "default_recipient_limit",
                })
        void readShouldTellLaterParametersFromTypingErrors(String name) {
            assertThat(problems("<qmgr><parameter name='%s'>1</parameter></qmgr>".formatted(name)))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <parameter name=\"%s\">: found \"1\", not supported by this version of james-qmgr: remove it"
                                    .formatted(name));
        }

        @Test
        void readShouldNotSendTheAdministratorFromOneErrorToTheNext() {
            assertThat(problems("<qmgr><confirm_delay_clear>no</confirm_delay_clear></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 1: <confirm_delay_clear>: unknown parameter, found \"no\","
                                    + " did you mean confirm_delay_cleared (not supported by this version of"
                                    + " james-qmgr)?");
        }

        @Test
        void unsupportedParametersShouldNotBeSupported() {
            assertThat(Parameters.names()).noneMatch(UnsupportedParameters::contains);
        }
    }

    @Nested
    class Contradictions {
        @Test
        void readShouldRefuseAMinimumAboveTheDefaultMaximum() {
            assertThat(problems("<qmgr>\n<minimal_backoff_time>2h</minimal_backoff_time></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 2: <minimal_backoff_time>: found \"2h\", allowed: at"
                                    + " most maximal_backoff_time, which is 4000s (the default)");
        }

        @Test
        void readShouldRefuseAMaximumBelowTheDefaultMinimum() {
            assertThat(problems("<qmgr>\n<maximal_backoff_time>999</maximal_backoff_time></qmgr>"))
                    .containsExactly(
                            "conf/qmgr.xml line 2: <maximal_backoff_time>: found \"999\", allowed: at"
                                    + " least minimal_backoff_time, which is 1000s (the default)");
        }

        @Test
        void readShouldNameBothLines() {
            assertThat(
                            problems(
                                    """
                                    <qmgr>
                                      <maximal_backoff_time>1h</maximal_backoff_time>
                                      <minimal_backoff_time>2h</minimal_backoff_time>
                                    </qmgr>
                                    """))
                    .containsExactly(
                            "conf/qmgr.xml line 3: <minimal_backoff_time>: found \"2h\", allowed: at"
                                    + " most maximal_backoff_time, which is 1h (line 2)");
        }

        @Test
        void readShouldNotCompareWithAValueThatIsWrongItself() {
            assertThat(
                            problems(
                                    """
                                    <qmgr>
                                      <minimal_backoff_time>2h</minimal_backoff_time>
                                      <maximal_backoff_time>3 h</maximal_backoff_time>
                                    </qmgr>
                                    """))
                    .singleElement()
                    .asString()
                    .contains("<maximal_backoff_time>: found \"3 h\"");
        }

        @Test
        void readShouldWarnOfQueueRunsRarerThanTheBackoff() throws Exception {
            QmgrSettings settings =
                    read("<qmgr>\n<minimal_backoff_time>300s</minimal_backoff_time></qmgr>");

            assertThat(settings.minimalBackoffTime()).isEqualTo(Duration.ofMinutes(5));
            assertThat(log.list)
                    .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            tuple(
                                    Level.WARN,
                                    "conf/qmgr.xml line 2: <minimal_backoff_time>: found \"300s\","
                                            + " advised: at least queue_run_delay, which is 1000s"
                                            + " (the default)"));
        }
    }

    @Nested
    class Lowered {
        @Test
        void readShouldSayThatALongerLifeOfReportsIsCut() throws Exception {
            QmgrSettings settings =
                    read("<qmgr>\n<bounce_queue_lifetime>6d</bounce_queue_lifetime></qmgr>");

            assertThat(settings.delivery().bounceQueueLifetime()).isEqualTo(Duration.ofDays(5));
            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "conf/qmgr.xml line 2: <bounce_queue_lifetime>: found \"6d\", lowered: at"
                                    + " most maximal_queue_lifetime, which is 5d (the default)");
        }

        @Test
        void readShouldLowerTheDefaultWithoutAWord() throws Exception {
            read("<qmgr><maximal_queue_lifetime>1d</maximal_queue_lifetime></qmgr>");

            assertThat(log.list).isEmpty();
        }
    }

    @Nested
    class OnDisk {
        @TempDir private Path directory;

        @Test
        void readShouldTakeTheFile() throws Exception {
            Path file = directory.resolve("qmgr.xml");
            Files.writeString(file, "<qmgr><stop_timeout>1s</stop_timeout></qmgr>");

            assertThat(QmgrSettingsReader.read(file).stopTimeout())
                    .isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void readShouldTakeTheDefaultsAndSaySoWhenThereIsNoFile() throws Exception {
            Path file = directory.resolve("qmgr.xml");

            assertThat(QmgrSettingsReader.read(file)).isEqualTo(QmgrSettings.defaults());
            assertThat(log.list)
                    .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            tuple(
                                    Level.INFO,
                                    "no " + file + ": all parameters have their defaults"));
        }

        @Test
        void readShouldRefuseAMissingFileWhenJamesDoes() {
            System.setProperty("james.fail.on.missing.configuration", "true");
            try {
                Path file = directory.resolve("qmgr.xml");

                assertThat(failure(file).problems())
                        .containsExactly(
                                file
                                        + ": there is no such file, and"
                                        + " james.fail.on.missing.configuration is set");
            } finally {
                System.clearProperty("james.fail.on.missing.configuration");
            }
        }

        @Test
        void readShouldNotTakeALinkToNowhereForAMissingFile() throws IOException {
            Path link =
                    Files.createSymbolicLink(
                            directory.resolve("qmgr.xml"), directory.resolve("moved.xml"));

            assertThat(failure(link)).hasMessageStartingWith(link + ": cannot be read: ");
        }

        @Test
        void readShouldRefuseADirectory() {
            assertThat(failure(directory)).hasMessageStartingWith(directory + ": cannot be read: ");
        }

        @Test
        void readShouldReportAFileThatBreaksOffWhileItIsRead() throws IOException {
            InputStream broken = InputStream.nullInputStream();
            broken.close();

            QmgrConfigurationException thrown =
                    catchThrowableOfType(
                            () -> QmgrSettingsReader.read(FILE, broken),
                            QmgrConfigurationException.class);

            assertThat(thrown).hasMessageContaining("conf/qmgr.xml: cannot be read: ");
        }
    }

    /** The defaults, except for what is capped by the lifetime of all mail. */
    private static DeliverySettings deliveryWithin(Duration lifetime) {
        DeliverySettings delivery = QmgrSettings.defaults().delivery();
        return new DeliverySettings(
                delivery.transports(),
                delivery.routes(),
                delivery.deferTransports(),
                delivery.softBounce(),
                lifetime,
                delivery.myhostname(),
                delivery.syslogName());
    }

    private static QmgrSettings read(String xml) throws QmgrConfigurationException {
        return read(bytes(UTF_8, xml));
    }

    private static QmgrSettings read(byte[] xml) throws QmgrConfigurationException {
        return QmgrSettingsReader.read(FILE, new ByteArrayInputStream(xml));
    }

    private static List<String> problems(String xml) {
        return problems(bytes(UTF_8, xml));
    }

    private static List<String> problems(byte[] xml) {
        return failure(xml).problems();
    }

    private static QmgrConfigurationException failure(byte[] xml) {
        return catchThrowableOfType(() -> read(xml), QmgrConfigurationException.class);
    }

    private static QmgrConfigurationException failure(Path file) {
        return catchThrowableOfType(
                () -> QmgrSettingsReader.read(file), QmgrConfigurationException.class);
    }

    private static byte[] bytes(Charset charset, String text) {
        return text.getBytes(charset);
    }
}
