/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.drip;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.endless;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.hang;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.ScriptedSmtpServer.Reaction;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that hang, dawdle or do not listen. */
@Tag("T5")
@Timeout(60)
class TimeLimitTest {

    private static final String HOST = "mx.test[127.0.0.1]";

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    /** Each limit alone is short, so that the right one must have been applied. */
    static Stream<Arguments> phases() {
        Duration s = SmtpFixture.SHORT;
        Duration l = SmtpFixture.LONG;
        SmtpTimeLimits helo = new SmtpTimeLimits(l, s, l, l, l, l, l, l, l, l);
        return Stream.of(
                arguments(Step.GREETING, helo, "receiving the initial server greeting"),
                arguments(Step.EHLO, helo, "performing the EHLO handshake"),
                arguments(
                        Step.MAIL,
                        new SmtpTimeLimits(l, l, l, s, l, l, l, l, l, l),
                        "sending MAIL FROM"),
                arguments(
                        Step.RCPT,
                        new SmtpTimeLimits(l, l, l, l, s, l, l, l, l, l),
                        "sending RCPT TO"),
                arguments(
                        Step.DATA,
                        new SmtpTimeLimits(l, l, l, l, l, s, l, l, l, l),
                        "sending DATA command"),
                arguments(
                        Step.DOT,
                        new SmtpTimeLimits(l, l, l, l, l, l, l, s, l, l),
                        "sending end of data -- message may be sent more than once"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("phases")
    void aServerThatHangsShouldCostThisDeliveryOnly(Step step, SmtpTimeLimits limits, String doing)
            throws IOException {
        smtp.settings = SmtpFixture.settings(limits);
        smtp.server.on(step, "", hang(), 1);

        checkTimedOut(smtp.fate(), doing);
        assertThat(smtp.fate().code()).hasToString("2.0.0");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("phases")
    void aServerThatHangsShouldBeCutOffWithPipeliningToo(
            Step step, SmtpTimeLimits limits, String doing) throws IOException {
        smtp.settings = SmtpFixture.settings(limits);
        smtp.server.announcing("PIPELINING").on(step, "", hang(), 1);

        checkTimedOut(smtp.fate(), doing);
        assertThat(smtp.fate().code()).hasToString("2.0.0");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("phases")
    void aReplyThatComesByteByByteShouldBeLateAsAWhole(
            Step step, SmtpTimeLimits limits, String doing) throws IOException {
        smtp.settings = SmtpFixture.settings(limits);
        smtp.server.on(step, drip("250-" + "x".repeat(500), 20));

        checkTimedOut(smtp.fate(), doing);
    }

    @Test
    void aReplyOfManyLinesShouldBeLateAsAWhole() throws IOException {
        smtp.settings = SmtpFixture.settings(SmtpFixture.limits(SmtpFixture.SHORT));
        smtp.server.on(Step.EHLO, drip("250-a\r\n".repeat(200), 10));

        checkTimedOut(smtp.fate(), "performing the EHLO handshake");
    }

    @Test
    void aReplyWithoutEndShouldBeCutOff() throws IOException {
        smtp.server.on(Step.MAIL, endless("250-" + "x".repeat(100)));

        DeliveryStatus status = smtp.fate();

        assertThat(status.code()).hasToString("4.5.0");
        assertThat(status.reason()).startsWith("protocol error: ").endsWith("sending MAIL FROM");
        assertThat(status.reason()).hasSizeLessThan(300);
    }

    @Test
    void aReplyWithLinesWithoutEndShouldBeCutOff() throws IOException {
        smtp.server.on(Step.MAIL, endless("250-more\r\n"));

        assertThat(smtp.fate().code()).hasToString("4.5.0");
    }

    @Test
    void aServerThatStopsReadingContentShouldBeCutOff() throws IOException {
        Duration l = SmtpFixture.LONG;
        smtp.settings =
                SmtpFixture.settings(
                        new SmtpTimeLimits(l, l, l, l, l, l, SmtpFixture.SHORT, l, l, l));
        smtp.server.on(Step.DATA, afterSaying("354 go on\r\n", hang()));

        DeliveryReport report =
                smtp.agent()
                        .deliver(
                                smtp.request(
                                        SmtpFixture.envelope("a@target.test"),
                                        new Endless(64 * 1024 * 1024)));

        checkTimedOut(SmtpFixture.fate(report, 0), "sending message body");
        assertThat(report.siteFailure()).isEmpty();
    }

    @Test
    void aSlowReaderShouldNotBeCutOffWhileItReads() throws IOException {
        Duration l = SmtpFixture.LONG;
        smtp.settings =
                SmtpFixture.settings(
                        new SmtpTimeLimits(l, l, l, l, l, l, Duration.ofMillis(600), l, l, l));
        smtp.server.on(
                Step.DATA,
                session -> {
                    session.say("354 go on\r\n");
                    session.flush();
                    for (int megabyte = 0; megabyte < 31; megabyte++) {
                        session.rest(50);
                        session.swallow(1024 * 1024);
                    }
                    return true;
                });

        DeliveryReport report =
                smtp.agent()
                        .deliver(
                                smtp.request(
                                        SmtpFixture.envelope("a@target.test"),
                                        new Endless(32 * 1024 * 1024)));

        assertThat(SmtpFixture.codes(report)).containsExactly("2.0.0");
        assertThat(report.attempts().get(0).conversation().transfer())
                .isGreaterThan(Duration.ofMillis(1200));
    }

    @Test
    void closingTheAgentShouldEndWhatIsInProgress() throws Exception {
        smtp.server.on(Step.DOT, hang());
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<DeliveryReport> delivery = threads.submit(() -> smtp.deliver("a@target.test"));
            Awaitility.await().until(() -> !smtp.server.received().isEmpty());

            smtp.agent().close();

            DeliveryReport report = delivery.get(5, TimeUnit.SECONDS);
            assertThat(SmtpFixture.codes(report)).containsExactly("4.4.2");
            assertThat(report.siteFailure()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedAgentShouldDeferAndConnectToNobody() throws IOException {
        smtp.agent().close();

        DeliveryReport report = smtp.deliver("a@target.test", "b@target.test");

        assertThat(SmtpFixture.codes(report)).containsExactly("4.3.2", "4.3.2");
        assertThat(report.siteFailure()).isEmpty();
        assertThat(smtp.server.connections()).isZero();
    }

    @Test
    void anInterruptShouldDisturbNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        smtp.server.on(
                Step.MAIL,
                session -> {
                    asked.countDown();
                    session.rest(200);
                    return reply("250 ok").react(session);
                });
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<DeliveryReport> delivery = threads.submit(() -> smtp.deliver("a@target.test"));
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            threads.shutdownNow();

            assertThat(SmtpFixture.codes(delivery.get(5, TimeUnit.SECONDS)))
                    .containsExactly("2.0.0");
        } finally {
            threads.shutdownNow();
        }
    }

    private static void checkTimedOut(DeliveryStatus status, String doing) {
        assertThat(status.code()).hasToString("4.4.2");
        assertThat(status.reason())
                .isEqualTo("conversation with " + HOST + " timed out while " + doing);
    }

    private static Reaction afterSaying(String text, Reaction next) {
        return session -> {
            session.say(text);
            return next.react(session);
        };
    }

    /** So many bytes of one long line. */
    private record Endless(long size) implements Content {

        @Override
        public InputStream open() {
            return new InputStream() {
                private long left = size;

                @Override
                public int read() {
                    return left-- > 0 ? 'x' : -1;
                }

                @Override
                public int read(byte[] to, int from, int length) {
                    int count = (int) Math.min(length, left);
                    Arrays.fill(to, from, from + count, (byte) 'x');
                    left -= count;
                    return count > 0 ? count : -1;
                }
            };
        }
    }
}
