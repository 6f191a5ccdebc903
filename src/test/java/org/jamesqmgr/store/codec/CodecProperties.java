/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.time.api.DateTimes;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Attempt;
import org.jamesqmgr.model.Conversation;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.RecipientOutcome;
import org.jamesqmgr.model.TransportName;

/** What is written into queue files comes back as it was. */
class CodecProperties {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Provide
    Arbitrary<MailAddress> addresses() {
        Arbitrary<String> local = Arbitraries.strings().alpha().numeric().ofMinLength(1);
        return Combinators.combine(local, Arbitraries.of("a.example", "b.example", "[192.0.2.1]"))
                .as((name, domain) -> address(name.toLowerCase(Locale.ROOT) + "@" + domain));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().ofMaxLength(30);
    }

    @Provide
    Arbitrary<DeliveryOptions> options() {
        Arbitrary<RecipientOptions> single =
                Combinators.combine(texts(), texts(), Arbitraries.of(Notify.class).set())
                        .as(RecipientOptions::new);
        Arbitrary<Map<MailAddress, RecipientOptions>> recipients =
                Arbitraries.maps(addresses(), single).ofMaxSize(5);
        return Combinators.combine(texts(), Arbitraries.of(Returned.class), texts(), recipients)
                .as(DeliveryOptions::new);
    }

    @Property(tries = 300)
    @Tag("B3")
    void optionsShouldComeBack(
            @ForAll("options") DeliveryOptions options,
            @ForAll("addressLists") List<MailAddress> recipients)
            throws Exception {
        Envelope envelope = with(options, recipients);

        byte[] bytes = EnvelopeCodec.encode(envelope);

        assertThat(EnvelopeCodec.envelope(bytes, 0, bytes.length)).isEqualTo(envelope);
        assertThat(EnvelopeCodec.head(bytes, 0, bytes.length).recipients())
                .isEqualTo(recipients.stream().limit(1).toList());
    }

    @Provide
    Arbitrary<List<MailAddress>> addressLists() {
        return addresses().list().ofMaxSize(4);
    }

    private static Envelope with(DeliveryOptions options, List<MailAddress> recipients) {
        Envelope envelope =
                mail(new TransportName("smtp"), START)
                        .to(recipients)
                        .attributes(Map.of("options", "{}", "lane", "7"))
                        .build();
        return new Envelope(
                envelope.transport(),
                envelope.sender(),
                envelope.recipients(),
                envelope.arrival(),
                envelope.created(),
                envelope.notBefore(),
                envelope.priority(),
                envelope.attributes(),
                options);
    }

    /** As servers wrote envelopes before there were options. */
    @Example
    @Tag("Q9")
    void envelopeWithoutOptionsShouldBeReadAndWrittenAsEver() throws Exception {
        String json =
                "{'transport':'smtp','priority':5,'arrival':'2026-03-01T12:00:00Z',"
                        + "'created':'2026-03-01T12:00:00Z','notBefore':'2026-03-01T12:00:00Z',"
                        + "'sender':'sender@origin.example',"
                        + "'recipients':['recipient@target.example'],'attributes':{}}";
        byte[] bytes = json.replace('\'', '"').getBytes(US_ASCII);

        Envelope envelope = EnvelopeCodec.envelope(bytes, 0, bytes.length);

        assertThat(envelope).isEqualTo(mail(new TransportName("smtp"), START).build());
        assertThat(EnvelopeCodec.encode(envelope)).isEqualTo(bytes);
    }

    @Example
    void addressesThatCouldNotBeReadAgainShouldBeRefused() {
        RecipientOutcome outcome =
                RecipientOutcome.of(
                        MailAddress.nullSender(), DeliveryStatus.local("2.0.0", "delivered"));
        DeliveryOptions options =
                new DeliveryOptions(
                        "",
                        Returned.FULL,
                        "",
                        Map.of(MailAddress.nullSender(), RecipientOptions.NONE));

        assertThatThrownBy(() -> AttemptCodec.encode(List.of(Attempt.immediate(START, outcome))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> EnvelopeCodec.encode(with(options, List.of())))
                .isInstanceOf(IOException.class);
    }

    @Provide
    Arbitrary<List<Attempt>> attempts() {
        // Few of each, so that equal ones stand in a row.
        Arbitrary<EnhancedStatusCode> codes =
                Arbitraries.of("2.0.0", "4.4.1", "5.999.999")
                        .map(code -> EnhancedStatusCode.parse(code).orElseThrow());
        Arbitrary<DeliveryStatus> statuses =
                Combinators.combine(codes, texts(), texts(), texts())
                        .as((code, a, b, c) -> new DeliveryStatus(code, "said: " + a, b, c));
        Arbitrary<Attempt> attempts =
                Combinators.combine(DateTimes.instants(), addresses(), statuses, conversations())
                        .as(CodecProperties::attempt);
        return Combinators.combine(attempts.list().ofMaxSize(6), Arbitraries.of(1, 2, 3))
                .as(CodecProperties::repeated);
    }

    private static Attempt attempt(
            Instant time, MailAddress recipient, DeliveryStatus status, Conversation conversation) {
        return new Attempt(time, RecipientOutcome.of(recipient, status), conversation);
    }

    /** The same said of several recipients in a row. */
    private static List<Attempt> repeated(List<Attempt> attempts, int times) {
        return attempts.stream()
                .flatMap(attempt -> Collections.nCopies(times, attempt).stream())
                .toList();
    }

    private static Arbitrary<Conversation> conversations() {
        Arbitrary<Duration> durations =
                Arbitraries.longs().between(0, 1_000_000_000_000L).map(Duration::ofNanos);
        Arbitrary<String> relays = texts().map(text -> "mx" + text);
        return Arbitraries.oneOf(
                Arbitraries.just(Conversation.NONE),
                Combinators.combine(
                                relays,
                                Arbitraries.integers().between(0, 99),
                                durations,
                                durations,
                                Arbitraries.of(true, false))
                        .as(Conversation::new));
    }

    @Property(tries = 300)
    @Tag("X2")
    void attemptsShouldComeBack(@ForAll("attempts") List<Attempt> attempts) throws Exception {
        byte[] bytes = AttemptCodec.encode(attempts);

        assertThat(AttemptCodec.decode(bytes, 0, bytes.length)).isEqualTo(attempts);
    }

    @Example
    void recipientsOfWhomTheSameIsSaidShouldShareIt() throws Exception {
        DeliveryStatus status = DeliveryStatus.local("4.4.1", "connection refused");
        List<Attempt> many =
                IntStream.range(0, 50)
                        .mapToObj(i -> address("r" + i + "@target.example"))
                        .map(one -> Attempt.immediate(START, RecipientOutcome.of(one, status)))
                        .toList();

        assertThat(new String(AttemptCodec.encode(many), US_ASCII))
                .containsOnlyOnce("connection refused");
    }

    @Example
    void longTextsShouldBeCutShort() throws Exception {
        String endless = "x".repeat(20_000);
        DeliveryStatus status =
                new DeliveryStatus(
                        EnhancedStatusCode.parse("4.0.0").orElseThrow(), endless, endless, endless);
        Attempt attempt =
                Attempt.immediate(START, RecipientOutcome.of(address("a@b.example"), status));

        byte[] bytes = AttemptCodec.encode(List.of(attempt));

        DeliveryStatus back = AttemptCodec.decode(bytes, 0, bytes.length).get(0).outcome().status();
        assertThat(List.of(back.reason(), back.diagnostic(), back.remoteMta()))
                .allMatch(text -> text.length() == AttemptCodec.MAXIMAL_TEXT);
    }
}
