/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.DerivedContent;
import org.jamesqmgr.store.codec.AttemptCodec;
import org.jamesqmgr.store.codec.EnvelopeCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the records and the envelope of a message cost that is handed over and delivered. */
@State(Scope.Thread)
public class RecordLogCost {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456789Z");

    private final Envelope envelope =
            mail(new TransportName("relay"), NOW)
                    .attributes(
                            Map.of(
                                    "name",
                                    "\"Mail1763892000000-e0bc5b7b-8c4c-4a43-8d6c-5c77e3a4f50b\"",
                                    "state",
                                    "\"transport\"",
                                    "remote_host",
                                    "\"client.origin.example\"",
                                    "last_updated",
                                    "1763892000000",
                                    "attributes",
                                    "{\"org.apache.james.SMTPSessionID\":{\"serializer\":"
                                            + "\"StringSerializer\",\"value\":\"e0bc5b7b-8c4c\"}}"))
                    .build();
    private final DerivedContent content =
            new DerivedContent("X-Seen: yes\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 400);
    private final List<Attempt> attempts =
            List.of(
                    new Attempt(
                            NOW,
                            RecipientOutcome.of(
                                    address("recipient@target.example"),
                                    DeliveryStatus.local("2.0.0", "250 2.0.0 Ok: queued")),
                            new Conversation(
                                    "mx.target.example[192.0.2.9]:25",
                                    1,
                                    Duration.ofMillis(1),
                                    Duration.ofMillis(40))));

    private final RecordLog log = RecordLog.empty(envelope, true, 5000);
    private byte[] encoded;
    private byte[] encodedAttempts;

    @Setup
    public void encode() throws Exception {
        encoded = encodeEnvelope();
        encodedAttempts = encodeAttempts();
    }

    @Benchmark
    public byte[] encodeEnvelope() throws Exception {
        return EnvelopeCodec.encode(envelope);
    }

    @Benchmark
    public Envelope decodeEnvelope() throws Exception {
        return EnvelopeCodec.envelope(encoded, 0, encoded.length);
    }

    @Benchmark
    public byte[] encodeAttempts() throws Exception {
        return AttemptCodec.encode(attempts);
    }

    @Benchmark
    public List<Attempt> decodeAttempts() throws Exception {
        return AttemptCodec.decode(encodedAttempts, 0, encodedAttempts.length);
    }

    @Benchmark
    public RecordLog handOver() throws Exception {
        byte[] record = RecordLog.handedOver(envelope, content);
        return log.endingAt(log.end() + record.length).goneOn(envelope, content);
    }
}
