/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;
import static org.jamesqmgr.testing.EnvelopeBuilder.mail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.RecordingStoreListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted is there, exactly as it was given; what is not accepted leaves no trace. */
public interface AcceptContract extends StoreUnderTest {

    /** Text that breaks whoever joins strings with separators or trusts an encoding. */
    List<String> ODD_TEXTS =
            List.of(
                    "",
                    " ",
                    "\"quoted\" and 'quoted'",
                    "back\\slash",
                    "line\nfeed, carriage\rreturn, both\r\n",
                    "\0nul\0",
                    "\ttab",
                    "\u0001\u001f\u007f\u0080\u009f",
                    "a=b&c;d,e:f|g<h>i{j}[k]#l%m",
                    "../../etc/passwd",
                    "\u00fcml\u00e4ut",
                    "\u2028separator\u2029",
                    "\ufeffbyte order mark",
                    "\ud83d\udce8 emoji",
                    "lone high \ud83d",
                    "\udce8 lone low",
                    "\udce8\ud83d swapped",
                    "\uffff");

    @Test
    @Tag("Q3")
    default void acceptShouldGiveAnIdUnderWhichTheMessageIsFound() throws Exception {
        Envelope envelope = newMail().build();

        QueueId id = accept(envelope);

        QueuedMessage message = found(id);
        assertThat(message.id()).isEqualTo(id);
        assertThat(message.envelope()).isEqualTo(envelope);
        assertThat(message.status()).isEqualTo(MessageStatus.accepted(envelope));
        assertThat(message.recipients())
                .containsExactly(Recipient.pending(envelope.recipients().get(0)));
    }

    @Test
    default void acceptShouldPutNewMailIntoIncoming() throws Exception {
        assertThat(queueOf(accept(newMail()))).isEqualTo(QueueName.INCOMING);
    }

    @Test
    @Tag("D9")
    default void acceptShouldPutScheduledMailIntoDeferred() throws Exception {
        QueueId id = accept(scheduledMail(60));

        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
        assertThat(statusOf(id)).isEqualTo(new MessageStatus(at(60), true, 0, 0, 0, ""));
    }

    @Test
    default void acceptShouldGiveEveryMessageItsOwnId() throws Exception {
        Envelope envelope = newMail().build();

        QueueId first = accept(envelope);
        QueueId second = accept(envelope);

        assertThat(second).isGreaterThan(first);
        assertThat(listed(SPOOL)).containsExactly(first, second);
    }

    @Test
    default void findShouldGiveNothingForAnUnknownId() throws Exception {
        assertThat(store().find(new QueueId(1, 1))).isEmpty();
    }

    @Test
    @Tag("Q3")
    default void acceptedMessageShouldSurviveAKill() throws Exception {
        Envelope envelope = newMail().build();
        QueueId id = accept(envelope);

        reopenAfterKill();

        assertThat(found(id).envelope()).isEqualTo(envelope);
        assertThat(drain(late())).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 2, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193, 65_535, 65_536, 65_537,
                131_072, 5_000_000
            })
    @Tag("T8")
    default void contentShouldBeGivenBackExactly(int size) throws Exception {
        byte[] content = randomBytes(size);

        QueueId id = store().accept(newMail().build(), bytes(content));
        reopenAfterKill();

        assertThat(found(id).size()).isEqualTo(size);
        assertThat(store().content(found(id)).size()).isEqualTo(size);
        assertThat(read(store().content(found(id)))).isEqualTo(content);
    }

    @Test
    @Tag("T8")
    default void contentShouldBeGivenBackExactlyHoweverItIsWritten() throws Exception {
        byte[] content = randomBytes(200_000);

        QueueId id =
                store().accept(
                                newMail().build(),
                                out -> {
                                    out.write(content[0]);
                                    out.write(content, 1, 9);
                                    out.flush();
                                    out.write(new byte[0]);
                                    out.write(content, 10, 100_000);
                                    for (int i = 100_010; i < 150_000; i++) {
                                        out.write(content[i]);
                                    }
                                    out.flush();
                                    out.write(content, 150_000, 50_000);
                                });

        assertThat(read(store().content(found(id)))).isEqualTo(content);
    }

    @Test
    default void acceptShouldCopyWhatTheWriterHandsOver() throws Exception {
        byte[] shared = "before".getBytes(US_ASCII);

        QueueId id =
                store().accept(
                                newMail().build(),
                                out -> {
                                    out.write(shared);
                                    Arrays.fill(shared, (byte) 'x');
                                });

        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("before");
    }

    @Test
    default void contentShouldBeReadableSeveralTimesAndInSmallSteps() throws Exception {
        byte[] content = randomBytes(10_000);
        QueueId id = store().accept(newMail().build(), bytes(content));
        Content stored = store().content(found(id));

        try (InputStream slow = stored.open();
                InputStream fast = stored.open()) {
            assertThat(slow.read()).isEqualTo(content[0] & 0xff);
            assertThat(fast.readAllBytes()).isEqualTo(content);
            assertThat(slow.readNBytes(9_998)).isEqualTo(Arrays.copyOfRange(content, 1, 9_999));
            assertThat(slow.read()).isEqualTo(content[9_999] & 0xff);
            assertThat(slow.read()).isEqualTo(-1);
            assertThat(slow.read(new byte[10])).isEqualTo(-1);
        }
    }

    @Test
    default void contentShouldBeReadableInWhicheverQueueTheMessageIs() throws Exception {
        QueueId id = store().accept(newMail().build(), bytes("content"));
        Content content = store().content(found(id));

        MessageLease lease = claim(id);
        assertThat(read(content)).asString(US_ASCII).isEqualTo("content");
        lease.defer(statusOf(id).deferred(at(60), "later"));
        assertThat(read(content)).asString(US_ASCII).isEqualTo("content");
        assertThat(store().hold(id, "wait")).isEqualTo(OperatorResult.DONE);
        assertThat(read(content)).asString(US_ASCII).isEqualTo("content");
        assertThat(store().release(id)).isEqualTo(OperatorResult.DONE);
        assertThat(store().flush(id, at(1))).isEqualTo(OperatorResult.DONE);
        assertThat(read(content)).asString(US_ASCII).isEqualTo("content");
    }

    @Test
    default void contentShouldFailToOpenWhenTheMessageIsGone() throws Exception {
        QueueId id = accept(newMail());
        Content content = store().content(found(id));

        claim(id).complete();

        assertThatThrownBy(content::open).isInstanceOf(IOException.class);
    }

    @Test
    default void contentShouldNotFailBeforeItIsOpened() throws Exception {
        QueueId id = accept(newMail());
        QueuedMessage message = found(id);
        assertThat(store().remove(id)).isEqualTo(OperatorResult.DONE);

        Content content = store().content(message);

        assertThatThrownBy(content::open).isInstanceOf(IOException.class);
    }

    @Test
    default void attributesShouldBeGivenBackExactly() throws Exception {
        Map<String, String> attributes =
                ODD_TEXTS.stream()
                        .collect(Collectors.toMap(text -> "key" + text, text -> text + text));
        Envelope envelope = newMail().attributes(attributes).build();

        QueueId id = accept(envelope);
        reopenAfterKill();

        assertThat(found(id).envelope().attributes()).isEqualTo(attributes);
    }

    @Test
    default void attributesShouldBeAllowedToBeLarge() throws Exception {
        String large = "0123456789abcdef".repeat(100_000);
        QueueId id = accept(newMail().attributes(Map.of("large", large)));

        reopenAfterKill();

        assertThat(found(id).envelope().attributes()).isEqualTo(Map.of("large", large));
    }

    @Test
    default void anyNameShouldDoForATransport() throws Exception {
        for (String text : ODD_TEXTS) {
            TransportName transport = new TransportName("t" + text);
            QueueId id = accept(mail(transport, START).build());
            reopenAfterKill();

            assertThat(store().transports()).containsExactly(transport);
            assertThat(listed(transport)).containsExactly(id);
            MessageLease lease = store().claimNext(transport, late()).orElseThrow();
            assertThat(lease.message().envelope().transport()).isEqualTo(transport);
            lease.complete();
        }
    }

    @Test
    default void addressesShouldBeGivenBackExactly() throws Exception {
        List<MailAddress> recipients =
                List.of(
                        address("Upper.CASE@example.com"),
                        address("\"quoted local part\"@example.com"),
                        address("plus+tag=x/y'z@example.com"),
                        address("literal@[127.0.0.1]"));
        QueueId id = accept(newMail().from(MaybeSender.of(address("SenDer@a.b"))).to(recipients));

        reopenAfterKill();

        // To James, addresses that differ in case only are equal: compare the texts.
        Envelope envelope = found(id).envelope();
        assertThat(envelope.sender().asString()).isEqualTo("SenDer@a.b");
        assertThat(envelope.recipients())
                .extracting(MailAddress::asString)
                .containsExactlyElementsOf(recipients.stream().map(MailAddress::asString).toList());
    }

    @Test
    default void nullSenderShouldBeKept() throws Exception {
        QueueId id = accept(newMail().from(MaybeSender.nullSender()));

        reopenAfterKill();

        assertThat(found(id).envelope().sender().isNullSender()).isTrue();
    }

    @Test
    default void messageWithoutRecipientsShouldBeAccepted() throws Exception {
        QueueId id = accept(newMail().to(List.of()));

        reopenAfterKill();

        assertThat(found(id).envelope().recipients()).isEmpty();
        assertThat(found(id).recipients()).isEmpty();
        assertThat(drain(late())).containsExactly(id);
    }

    @Test
    default void recipientsShouldBeGivenBackInTheirOrderWithDuplicates() throws Exception {
        QueueId id = accept(newMail().to("b@x.org", "a@x.org", "b@x.org"));

        reopenAfterKill();

        assertThat(found(id).pendingRecipients())
                .containsExactly(address("b@x.org"), address("a@x.org"), address("b@x.org"));
    }

    @Test
    default void manyRecipientsShouldBeGivenBackInTheirOrder() throws Exception {
        List<MailAddress> recipients =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> address("recipient" + i + "@domain" + i % 7 + ".example"))
                        .toList();
        QueueId id = accept(newMail().to(recipients));

        reopenAfterKill();

        assertThat(found(id).envelope().recipients()).isEqualTo(recipients);
        assertThat(found(id).pendingRecipients()).isEqualTo(recipients);
    }

    @Test
    default void timesAndPriorityShouldBeGivenBackExactly() throws Exception {
        Envelope envelope =
                mail(SPOOL, Instant.parse("2001-09-09T01:46:39.999999999Z"))
                        .createdAt(Instant.parse("2026-02-03T04:05:06.000000001Z"))
                        .notBefore(Instant.parse("2039-01-01T00:00:00.000001Z"))
                        .priority(9)
                        .build();
        QueueId id = accept(envelope);

        reopenAfterKill();

        assertThat(found(id).envelope()).isEqualTo(envelope);
        assertThat(statusOf(id).due()).isEqualTo(envelope.notBefore());
    }

    @Test
    @Tag("Q3")
    default void acceptShouldFailWhenTheContentCannotBeProduced() {
        assertThatThrownBy(() -> store().accept(newMail().build(), failingMidway()))
                .isInstanceOf(MessageStoreException.class);
    }

    @Test
    @Tag("Q3")
    default void failedAcceptShouldLeaveNothingBehind() throws Exception {
        RecordingStoreListener listener = new RecordingStoreListener();
        store().listen(listener);

        assertThatThrownBy(() -> store().accept(newMail().build(), failingMidway()))
                .isInstanceOf(MessageStoreException.class);

        assertStoreIsEmpty();
        assertThat(listener.availableCalls()).isEmpty();
        reopenAfterKill();
        assertStoreIsEmpty();
    }

    @Test
    @Tag("Q3")
    default void acceptShouldLeaveNothingBehindWhenTheWriterBreaks() throws Exception {
        RuntimeException defect = new UnsupportedOperationException("a defect in the writer");

        assertThatThrownBy(
                        () ->
                                store().accept(
                                                newMail().build(),
                                                out -> {
                                                    out.write(randomBytes(100_000));
                                                    throw defect;
                                                }))
                .isNotNull();

        assertStoreIsEmpty();
        reopenAfterKill();
        assertStoreIsEmpty();
    }

    @Test
    default void acceptShouldWorkAgainAfterAFailure() throws Exception {
        assertThatThrownBy(() -> store().accept(newMail().build(), failingMidway()))
                .isInstanceOf(MessageStoreException.class);

        QueueId id = store().accept(newMail().build(), bytes("whole"));

        assertThat(read(store().content(found(id)))).asString(US_ASCII).isEqualTo("whole");
        assertThat(listed(SPOOL)).containsExactly(id);
    }

    private void assertStoreIsEmpty() throws MessageStoreException {
        assertThat(listed(SPOOL)).isEmpty();
        assertThat(store().count(SPOOL)).isZero();
        assertThat(store().transports()).isEmpty();
        assertThat(store().counts().values()).containsOnly(0L);
        assertThat(store().claimNext(SPOOL, late())).isEqualTo(Optional.empty());
    }

    private static ContentWriter failingMidway() {
        return out -> {
            out.write(randomBytes(100_000));
            throw new IOException("the client hung up");
        };
    }

    private static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
