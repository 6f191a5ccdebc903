/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.codec.AttemptCodec;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a log is after a record was appended is what a server reads that starts then. */
@Tag("Q9")
class RecordLogTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");
    private static final Envelope OLD = mail(new TransportName("spool"), NOW).build();
    private static final Envelope NEW =
            mail(new TransportName("smtp"), NOW)
                    .to("a@x.example", "b@x.example")
                    .attributes(Map.of("name", "\"Mail1\""))
                    .build();

    @Test
    void beginningShouldBeAsItIsRead() throws IOException {
        assertSame(RecordLog.workBegins(), RecordLog::workBegun);
    }

    @Test
    void statusShouldBeAsItIsRead() throws IOException {
        MessageStatus status = new MessageStatus(NOW.plusSeconds(300), false, 2, 1, 3, "no\nluck");

        assertSame(
                RecordLog.status(status, QueueName.DEFERRED),
                log -> log.with(status, QueueName.DEFERRED));
    }

    @Test
    @Tag("D6")
    void marksShouldBeAsTheyAreRead() throws IOException {
        MessageStatus status =
                new MessageStatus(
                        NOW, false, 2, 0, 0, "later", EnumSet.allOf(MessageStatus.Mark.class));

        assertSame(
                RecordLog.status(status, QueueName.DEFERRED),
                log -> log.with(status, QueueName.DEFERRED));
    }

    @Test
    void statusOfAServerThatKnewNoMarksShouldHaveNone() throws IOException {
        byte[] old =
                ("{\"queue\":\"deferred\",\"due\":\"2026-03-01T12:00:00Z\",\"scheduled\":\"false\","
                                + "\"attempts\":2,\"rejections\":0,\"crashes\":0,\"reason\":\"later\"}")
                        .getBytes(US_ASCII);

        assertThat(EnvelopeCodec.status(old, 0, old.length).status())
                .isEqualTo(
                        new MessageStatus(
                                Instant.parse("2026-03-01T12:00:00Z"), false, 2, 0, 0, "later"));
    }

    @Test
    void deliveryKeptByAServerThatDidNotLookForDsnShouldBeReportedOnHere() throws IOException {
        byte[] old =
                ("[{\"time\":\"2026-03-01T12:00:00Z\",\"code\":\"2.0.0\",\"reason\":\"250 ok\","
                                + "\"relay\":\"mx[192.0.2.1]:25\",\"uses\":1,\"setup\":\"PT0S\","
                                + "\"transfer\":\"PT1S\",\"to\":[\"a@x.example\"]}]")
                        .getBytes(US_ASCII);

        assertThat(AttemptCodec.decode(old, 0, old.length).get(0).conversation())
                .isEqualTo(
                        new Conversation(
                                "mx[192.0.2.1]:25", 1, Duration.ZERO, Duration.ofSeconds(1)));
    }

    @Test
    void envelopeShouldBeAsItIsRead() throws IOException {
        assertSame(RecordLog.envelope(NEW), log -> log.with(NEW));
    }

    @Test
    void handOverShouldBeAsItIsRead() throws IOException {
        for (String start : new String[] {"", "Subject: new\r\n"}) {
            DerivedContent content = new DerivedContent(start.getBytes(US_ASCII), 14);

            assertSame(RecordLog.handedOver(NEW, content), log -> log.goneOn(NEW, content));
        }
    }

    private static void assertSame(byte[] record, UnaryOperator<RecordLog> effect)
            throws IOException {
        RecordLog before = RecordLog.empty(OLD, true, 5000).workBegun();

        RecordLog read = before.replay(record);

        assertThat(effect.apply(before.endingAt(5000 + record.length)))
                .usingRecursiveComparison()
                .isEqualTo(read)
                .isNotEqualTo(before);
    }
}
