/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.schedule.ConcurrencyFeedback;
import org.jamesqmgr.schedule.ConcurrencyFeedback.Divisor;
import org.jamesqmgr.schedule.TransportLimits;
import org.jamesqmgr.transport.AgentKind;
import org.jamesqmgr.transport.RelayHosts;
import org.jamesqmgr.transport.Route;
import org.jamesqmgr.transport.TransportMap;
import org.jamesqmgr.transport.smtp.SmtpSettings;
import org.jamesqmgr.transport.smtp.SmtpTimeLimits;
import org.jamesqmgr.transport.smtp.TlsSecurityLevel;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryConfigurationTest {

    @Nested
    @Tag("T1")
    class Transports {
        @Test
        void defaultsShouldBeOneTransportForEachAgent() throws Exception {
            assertThat(read("").delivery().transports())
                    .extracting(transport -> transport.name() + "=" + transport.agent())
                    .containsExactly(
                            "smtp=SMTP",
                            "local=LOCAL",
                            "error=ERROR",
                            "retry=RETRY",
                            "discard=DISCARD");
        }

        @Test
        void namedOnesShouldBeAddedAndReplaceDefaults() throws Exception {
            DeliverySettings delivery =
                    read("""
                                    <default_process_limit>7</default_process_limit>
                                    <transports>
                                      <transport name="slow" agent="smtp" maxproc="2"/>
                                      <transport name="smtp" maxproc="30"/>
                                      <transport name="local" agent="discard"/>
                                    </transports>
                                    """)
                            .delivery();

            assertThat(delivery.transports())
                    .extracting(
                            transport ->
                                    "%s=%s %d"
                                            .formatted(
                                                    transport.name(),
                                                    transport.agent(),
                                                    transport.limits().processes()))
                    .containsExactly(
                            "smtp=SMTP 30",
                            "local=DISCARD 7",
                            "error=ERROR 7",
                            "retry=RETRY 7",
                            "discard=DISCARD 7",
                            "slow=SMTP 2");
            assertThat(delivery.routes().agents())
                    .hasSize(6)
                    .containsEntry(new TransportName("slow"), AgentKind.SMTP);
        }

        @ParameterizedTest(name = "[{0}]")
        @CsvSource(
                delimiter = '|',
                value = {
                    "<transport name='a b' agent='smtp'/> | name=\"a b\">: found the name \"a b\", allowed: letters, digits, _ and -",
                    "<transport agent='smtp'/> | <transport>: found the name \"\", allowed: letters",
                    "<transport name='spool' agent='smtp'/> | found the name \"spool\", which is taken, allowed: any but default, outgoing, spool",
                    "<transport name='outgoing' agent='smtp'/> | found the name \"outgoing\", which is taken",
                    "<transport name='a'/> | found no agent, allowed: agent=\"...\" with one of smtp, local, error, retry, discard",
                    "<transport name='a' agent='SMTP'/> | found the agent \"SMTP\", allowed:",
                    "<transport name='a' agent='lmtp'/> | found the agent \"lmtp\", allowed:",
                    "<transport name='a' agent='smtp' maxproc='0'/> | found maxproc=\"0\", allowed: a whole number from 1",
                    "<transport name='a' agent='smtp' maxprocs='2'/> | found the attribute maxprocs, allowed: agent, maxproc, name",
                    "<transport name='a' agent='smtp'>2</transport> | found the text \"2\", allowed: only attributes",
                    "<transport name='a' agent='smtp'><x/></transport> | found the element <x> inside, allowed: none",
                    "<transports/> | <transports>: found in <transports>, allowed: <transport>",
                    "'' | <transports>: is empty: remove it, or give it a <transport>",
                    "smtp | <transports>: found the text \"smtp\", allowed: only elements <transport>",
                })
        void faultsShouldStopTheStart(String entry, String problem) {
            assertThat(problem("<transports>" + entry + "</transports>")).contains(problem);
        }

        @Test
        void sameNameTwiceShouldStopTheStart() {
            assertThat(
                            problem(
                                    """
                                    <transports>
                                      <transport name="a" agent="smtp"/>
                                      <transport name="a" agent="smtp"/>
                                    </transports>
                                    """))
                    .isEqualTo(
                            "qmgr.xml line 3: <transport name=\"a\">: a is already in line 2, allowed:"
                                    + " only one of them");
        }

        @Test
        void twoTablesShouldStopTheStart() {
            String table = "<transports><transport name='smtp'/></transports>\n";

            assertThat(problem(table + table))
                    .isEqualTo(
                            "qmgr.xml line 2: <transports>: transports is already in line 1,"
                                    + " allowed: only one of them");
        }
    }

    @Nested
    @Tag("T2")
    @Tag("T3")
    @Tag("T6")
    class Limits {
        @Test
        void defaultsShouldBeThoseOfPostfix() throws Exception {
            DeliverySettings delivery = read("").delivery();

            assertThat(limits(delivery, "smtp")).isEqualTo(TransportLimits.defaults());
            assertThat(limits(delivery, "local").concurrencyLimit()).isEqualTo(2);
            assertThat(limits(delivery, "local").initialConcurrency()).isEqualTo(2);
            assertThat(limits(delivery, "local").recipientLimit()).isEqualTo(1);
        }

        @Test
        void valuesForATransportShouldGoBeforeThoseForAll() throws Exception {
            DeliverySettings delivery =
                    read("""
                                    <initial_destination_concurrency>4</initial_destination_concurrency>
                                    <default_destination_concurrency_limit>6</default_destination_concurrency_limit>
                                    <default_destination_recipient_limit>0</default_destination_recipient_limit>
                                    <default_destination_rate_delay>1m</default_destination_rate_delay>
                                    <slow_initial_destination_concurrency>2</slow_initial_destination_concurrency>
                                    <slow_destination_concurrency_limit>3</slow_destination_concurrency_limit>
                                    <slow_destination_concurrency_failed_cohort_limit>9</slow_destination_concurrency_failed_cohort_limit>
                                    <slow_destination_concurrency_positive_feedback>1/concurrency</slow_destination_concurrency_positive_feedback>
                                    <parameter name="slow_destination_concurrency_negative_feedback">0.5 / sqrt_concurrency</parameter>
                                    <slow_destination_recipient_limit>11</slow_destination_recipient_limit>
                                    <slow_destination_rate_delay>12</slow_destination_rate_delay>
                                    <local_destination_recipient_limit>13</local_destination_recipient_limit>
                                    <transports><transport name="slow" agent="smtp" maxproc="8"/></transports>
                                    """)
                            .delivery();

            assertThat(limits(delivery, "slow"))
                    .isEqualTo(
                            new TransportLimits(
                                    8,
                                    2,
                                    3,
                                    9,
                                    new ConcurrencyFeedback(1, Divisor.CONCURRENCY),
                                    new ConcurrencyFeedback(0.5, Divisor.ROOT_OF_CONCURRENCY),
                                    11,
                                    Duration.ofSeconds(12)));
            assertThat(limits(delivery, "smtp"))
                    .isEqualTo(
                            new TransportLimits(
                                    100,
                                    4,
                                    6,
                                    1,
                                    ConcurrencyFeedback.constant(1),
                                    ConcurrencyFeedback.constant(1),
                                    0,
                                    Duration.ofMinutes(1)));
            assertThat(limits(delivery, "local").recipientLimit()).isEqualTo(13);
            assertThat(limits(delivery, "local").concurrencyLimit()).isEqualTo(2);
        }

        @ParameterizedTest(name = "initial {0}, limit {1}, maxproc {2}: {3}")
        @CsvSource({"5, 3, 100, 3", "5, 0, 100, 5", "5, 20, 2, 2", "5, 0, 4, 4", "1, 20, 100, 1"})
        void initialConcurrencyShouldBeLoweredToWhatIsAllowed(
                String initial, String limit, String processes, int effective) throws Exception {
            DeliverySettings delivery =
                    read("""
                                    <initial_destination_concurrency>%s</initial_destination_concurrency>
                                    <smtp_destination_concurrency_limit>%s</smtp_destination_concurrency_limit>
                                    <default_process_limit>%s</default_process_limit>
                                    """
                                    .formatted(initial, limit, processes))
                            .delivery();

            assertThat(limits(delivery, "smtp").initialConcurrency()).isEqualTo(effective);
        }

        @Test
        void parameterOfAnUnknownTransportShouldStopTheStart() {
            assertThat(
                            problem(
                                    "<smpt_destination_concurrency_limit>5</smpt_destination_concurrency_limit>"))
                    .isEqualTo(
                            "qmgr.xml line 1: <smpt_destination_concurrency_limit>: found the transport"
                                    + " \"smpt\", allowed: smtp, local, error, retry, discard");
        }

        @Test
        void misspeltParameterOfATransportShouldBeGuessed() {
            assertThat(
                            problem(
                                    "<smtp_destination_concurency_limit>5</smtp_destination_concurency_limit>"))
                    .contains("did you mean smtp_destination_concurrency_limit?");
        }

        @ParameterizedTest(name = "{0} = {1}")
        @CsvSource({
            "smtp_destination_concurrency_limit, -1",
            "smtp_initial_destination_concurrency, 0",
            "smtp_destination_concurrency_positive_feedback, 2",
            "smtp_destination_rate_delay, soon",
        })
        void parameterOfATransportShouldBeCheckedLikeTheCommonOne(String name, String value) {
            assertThat(problem("<%1$s>%2$s</%1$s>".formatted(name, value)))
                    .startsWith(
                            "qmgr.xml line 1: <%s>: found \"%s\", allowed: "
                                    .formatted(name, value));
        }

        @Test
        void parameterOfATransportShouldBeGivenOnce() {
            String element = "<smtp_destination_rate_delay>1</smtp_destination_rate_delay>\n";

            assertThat(problem(element + element)).contains("is already in line 1");
        }
    }

    @Nested
    @Tag("T9")
    class Routes {
        @Test
        void mapsShouldBeRead() throws Exception {
            DeliverySettings delivery =
                    read("""
                                    <relayhost>[Smarthost.Example]:587</relayhost>
                                    <transport_maps>
                                      <entry address="Boss@Example.org">smtp:[mail.example]:2525</entry>
                                      <entry domain="slow.example">:</entry>
                                      <entry domain=".lab.example">:[192.0.2.1]</entry>
                                      <entry domain="closed.example">error:5.1.2 no mail: never</entry>
                                      <entry domain="*">retry:later</entry>
                                    </transport_maps>
                                    <sender_dependent_relayhost_maps>
                                      <entry sender="news@example.org">Bulk.example:587</entry>
                                      <entry sender="&lt;&gt;">[reports.example]</entry>
                                      <entry domain="example.org">[other.example]</entry>
                                    </sender_dependent_relayhost_maps>
                                    """)
                            .delivery();

            assertThat(delivery.routes().transportMap().routes())
                    .hasSize(5)
                    .containsEntry("boss@example.org", new Route("smtp", "[mail.example]:2525"))
                    .containsEntry("slow.example", new Route("", ""))
                    .containsEntry(".lab.example", new Route("", "[192.0.2.1]"))
                    .containsEntry("closed.example", new Route("error", "5.1.2 no mail: never"))
                    .containsEntry(TransportMap.EVERYTHING, new Route("retry", "later"));
            assertThat(delivery.routes().relays().relayhost()).isEqualTo("[smarthost.example]:587");
            assertThat(delivery.routes().relays().bySender())
                    .hasSize(3)
                    .containsEntry("news@example.org", "bulk.example:587")
                    .containsEntry("<>", "[reports.example]")
                    .containsEntry("example.org", "[other.example]");
        }

        @Test
        void nothingShouldBeRoutedByDefault() throws Exception {
            assertThat(read("").delivery().routes().transportMap()).isEqualTo(TransportMap.EMPTY);
            assertThat(read("").delivery().routes().relays()).isEqualTo(RelayHosts.NONE);
        }

        @ParameterizedTest(name = "[{0}]")
        @CsvSource(
                delimiter = '|',
                value = {
                    "<entry domain='a.example'>smpt:</entry> | a.example: found \"smpt:\", allowed: the transports smtp, local, error, retry, discard",
                    "<entry domain='a.example'>mail.example</entry> | found \"mail.example\", allowed: transport:nexthop, transport:, :nexthop or :",
                    "<entry domain='a.example'>smtp:[mail.example</entry> | allowed: after the colon a next hop",
                    "<entry domain='a.example'>:a b</entry> | allowed: after the colon a next hop",
                    "<entry domain='a.example'/> | has no value",
                    "<entry>smtp:</entry> | found 0 keys, allowed: one, address=\"...\" or domain=\"...\"",
                    "<entry domain='a' address='b@a'>smtp:</entry> | found 2 keys",
                    "<entry domain='a@b'>smtp:</entry> | found the key \"a@b\", allowed: a domain, or domain=*",
                    "<entry domain=''>smtp:</entry> | found the key \"\"",
                    "<entry address='a.example'>smtp:</entry> | found the key \"a.example\", allowed: an address",
                    "<entry address='*'>smtp:</entry> | found the key \"*\", allowed: an address",
                    "<entry sender='a@b.example'>smtp:</entry> | found the attribute sender, allowed: address, domain",
                    "<entry domain='A.example'>smtp:</entry><entry domain='a.example'>smtp:</entry> | a.example is already in line 1",
                })
        void faultsOfTheTransportMapsShouldStopTheStart(String entry, String problem) {
            assertThat(problem("<transport_maps>" + entry + "</transport_maps>"))
                    .startsWith("qmgr.xml line 1: <entry>: ")
                    .contains(problem);
        }

        @Test
        void faultsOfTheSendersMapShouldStopTheStart() {
            assertThat(
                            problem(
                                    "<sender_dependent_relayhost_maps>\n<entry sender='a@b'>smtp:[x]</entry>"
                                            + "</sender_dependent_relayhost_maps>"))
                    .startsWith(
                            "qmgr.xml line 2: <entry>: a@b: found \"smtp:[x]\", allowed: a next hop");
        }

        @Test
        void tableWithAttributesShouldStopTheStart() {
            assertThat(
                            problem(
                                    "<transport_maps file='x'><entry domain='*'>:</entry></transport_maps>"))
                    .contains("<transport_maps>: found the attribute file=\"x\", allowed: none");
        }

        @ParameterizedTest
        @CsvSource({"smarthost example", "[smarthost.example", "smarthost:0", "smtp:smarthost:25"})
        void relayhostThatIsNoNexthopShouldStopTheStart(String relayhost) {
            assertThat(problem("<relayhost>" + relayhost + "</relayhost>"))
                    .contains("allowed: a next hop, as example.org");
        }
    }

    @Test
    @Tag("D8")
    void deferTransportsShouldBeAmongTheTransports() throws Exception {
        assertThat(
                        read("<defer_transports>smtp, local</defer_transports>")
                                .delivery()
                                .deferTransports())
                .containsExactlyInAnyOrder(new TransportName("smtp"), new TransportName("local"));
        assertThat(problem("<defer_transports>smtp uucp</defer_transports>"))
                .isEqualTo(
                        "qmgr.xml line 1: <defer_transports>: found the transport \"uucp\", allowed:"
                                + " smtp, local, error, retry, discard");
    }

    @Test
    @Tag("D11")
    void softBounceShouldBeReadAndOffByDefault() throws Exception {
        assertThat(read("").delivery().softBounce()).isFalse();
        assertThat(read("<soft_bounce>yes</soft_bounce>").delivery().softBounce()).isTrue();
        assertThat(problem("<soft_bounce>true</soft_bounce>")).endsWith("allowed: yes, no");
    }

    @Test
    @Tag("D4")
    void bounceLifetimeShouldNotExceedThatOfAllMail() throws Exception {
        QmgrSettings settings = read("<maximal_queue_lifetime>1d</maximal_queue_lifetime>");

        assertThat(settings.delivery().bounceQueueLifetime()).isEqualTo(Duration.ofDays(1));
        assertThat(
                        read("<bounce_queue_lifetime>0</bounce_queue_lifetime>")
                                .delivery()
                                .bounceQueueLifetime())
                .isZero();
    }

    @Nested
    @Tag("T10")
    class Client {
        @Test
        void namesShouldFollowMyhostname() throws Exception {
            QmgrSettings settings = read("<myhostname>mail.example.org</myhostname>");

            assertThat(settings.delivery().myhostname()).isEqualTo("mail.example.org");
            assertThat(settings.smtpClient().smtp().heloName()).isEqualTo("mail.example.org");
            assertThat(
                            read("<smtp_helo_name>out.example.org</smtp_helo_name>")
                                    .smtpClient()
                                    .smtp()
                                    .heloName())
                    .isEqualTo("out.example.org");
        }

        @Test
        void machineShouldHaveANameByDefault() throws Exception {
            assertThat(read("").delivery().myhostname()).isNotBlank();
        }

        @Test
        void everyParameterShouldBeTaken() throws Exception {
            SmtpClientSettings client =
                    read("""
                                    <smtp_helo_name>helo.example</smtp_helo_name>
                                    <smtp_bind_address>192.0.2.1</smtp_bind_address>
                                    <smtp_connect_timeout>1</smtp_connect_timeout>
                                    <smtp_helo_timeout>2</smtp_helo_timeout>
                                    <smtp_mail_timeout>3</smtp_mail_timeout>
                                    <smtp_rcpt_timeout>4</smtp_rcpt_timeout>
                                    <smtp_data_init_timeout>5</smtp_data_init_timeout>
                                    <smtp_data_xfer_timeout>6</smtp_data_xfer_timeout>
                                    <smtp_data_done_timeout>7</smtp_data_done_timeout>
                                    <smtp_quit_timeout>8</smtp_quit_timeout>
                                    <smtp_rset_timeout>9</smtp_rset_timeout>
                                    <smtp_starttls_timeout>10</smtp_starttls_timeout>
                                    <smtp_tls_security_level>encrypt</smtp_tls_security_level>
                                    <smtp_sasl_auth_enable>yes</smtp_sasl_auth_enable>
                                    <smtp_sasl_password_maps>file://conf/sasl_passwd</smtp_sasl_password_maps>
                                    <smtp_mx_address_limit>11</smtp_mx_address_limit>
                                    <smtp_mx_session_limit>12</smtp_mx_session_limit>
                                    <smtp_skip_5xx_greeting>no</smtp_skip_5xx_greeting>
                                    <smtp_sasl_security_options>noanonymous</smtp_sasl_security_options>
                                    <smtp_connection_cache_time_limit>0</smtp_connection_cache_time_limit>
                                    <smtp_connection_reuse_time_limit>13</smtp_connection_reuse_time_limit>
                                    <smtp_connection_reuse_count_limit>14</smtp_connection_reuse_count_limit>
                                    <smtp_tcp_port>65535</smtp_tcp_port>
                                    """)
                            .smtpClient();

            assertThat(client)
                    .isEqualTo(
                            new SmtpClientSettings(
                                    new SmtpSettings(
                                            "helo.example",
                                            "192.0.2.1",
                                            new SmtpTimeLimits(
                                                    Duration.ofSeconds(1),
                                                    Duration.ofSeconds(2),
                                                    Duration.ofSeconds(10),
                                                    Duration.ofSeconds(3),
                                                    Duration.ofSeconds(4),
                                                    Duration.ofSeconds(5),
                                                    Duration.ofSeconds(6),
                                                    Duration.ofSeconds(7),
                                                    Duration.ofSeconds(9),
                                                    Duration.ofSeconds(8)),
                                            TlsSecurityLevel.ENCRYPT,
                                            true,
                                            11,
                                            12,
                                            Duration.ZERO,
                                            Duration.ofSeconds(13),
                                            14,
                                            65535,
                                            false),
                                    true,
                                    "file://conf/sasl_passwd"));
        }

        @ParameterizedTest(name = "{0} = {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "smtp_tcp_port | 65536 | a whole number from 1 to 65535",
                    "smtp_tcp_port | smtp | a whole number from 1 to 65535",
                    "smtp_sasl_security_options | forward_secrecy | noplaintext, noanonymous, both, or nothing",
                    "smtp_tls_security_level | dane | none, may, encrypt",
                    "smtp_bind_address | mail.example | an address of this machine, as 192.0.2.1 or 2001:db8::1, or nothing",
                    "smtp_connect_timeout | 0 | a time from 1s",
                    "smtp_helo_name | a b | the name of a host",
                    "smtp_sasl_password_maps | hash:/etc/x | a file, as file://conf/sasl_passwd",
                    "myhostname | -x | the name of a host",
                    "syslog_name | a b | up to 60",
                })
        void faultsShouldStopTheStart(String name, String value, String allowed) {
            assertThat(problem("<%1$s>%2$s</%1$s>".formatted(name, value)))
                    .startsWith(
                            "qmgr.xml line 1: <%s>: found \"%s\", allowed: %s"
                                    .formatted(name, value, allowed));
        }

        @Test
        void passwordsShouldNotGoInTheClearByDefault() throws Exception {
            assertThat(read("").smtpClient().smtp().saslPlaintext()).isFalse();
            assertThat(
                            read("<smtp_sasl_security_options></smtp_sasl_security_options>")
                                    .smtpClient()
                                    .smtp()
                                    .saslPlaintext())
                    .isTrue();
        }

        @Test
        void loginShouldNeedPasswords() {
            assertThat(problem("<smtp_sasl_auth_enable>yes</smtp_sasl_auth_enable>"))
                    .endsWith("allowed: only with a file in smtp_sasl_password_maps");
        }
    }

    private static TransportLimits limits(DeliverySettings delivery, String transport) {
        return delivery.transports().stream()
                .filter(definition -> definition.name().asString().equals(transport))
                .findAny()
                .orElseThrow()
                .limits();
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
