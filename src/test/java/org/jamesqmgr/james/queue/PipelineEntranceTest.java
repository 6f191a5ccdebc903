/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.jamesqmgr.james.mail.EnvelopeNote;
import org.jamesqmgr.james.mail.MailCodec;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.MessageStatus;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes back into the pipeline. */
@Tag("A4")
class PipelineEntranceTest {

    private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = ARRIVAL.plus(Duration.ofDays(1));
    private static final QueueId ID = new QueueId(1, 1);

    private final MailCodec codec = new MailCodec();
    private final PipelineEntrance entrance =
            new PipelineEntrance("mx.example", ZoneOffset.ofHours(1));

    private QueuedMessage stored() throws Exception {
        MailImpl mail =
                MailImpl.builder()
                        .name("mail-1")
                        .sender("sender@origin.example")
                        .addRecipients("done@x.example", "left@x.example")
                        .state("transport")
                        .build();
        mail.setAttribute(
                new Attribute(AttributeName.of("kept"), AttributeValue.of("by a mailet")));
        Envelope envelope =
                codec.envelopeOf(mail, new TransportName("smtp"), ARRIVAL, Duration.ZERO);
        List<Recipient> recipients =
                List.of(
                        new Recipient(
                                EnvelopeBuilder.address("done@x.example"), Recipient.State.DONE),
                        Recipient.pending(EnvelopeBuilder.address("left@x.example")));
        Envelope noted = EnvelopeNote.KEPT_BACK.put(envelope, "once");
        return new QueuedMessage(
                ID,
                QueueName.DEFERRED,
                noted,
                recipients,
                MessageStatus.accepted(noted),
                List.of(),
                10);
    }

    private Envelope requeued() throws Exception {
        return entrance.envelope(stored(), NOW).orElseThrow();
    }

    @Test
    void whatIsLeftShouldGoToTheSpoolAsNewButForItsArrival() throws Exception {
        Envelope envelope = requeued();

        assertThat(envelope.transport()).isEqualTo(new TransportName("spool"));
        assertThat(envelope.recipients())
                .containsExactly(EnvelopeBuilder.address("left@x.example"));
        assertThat(envelope.arrival()).isEqualTo(ARRIVAL);
        assertThat(envelope.created()).isEqualTo(NOW);
        assertThat(envelope.scheduled()).isFalse();
    }

    @Test
    void mailShouldBeginAtTheRootAndBearTheMark() throws Exception {
        Envelope envelope = requeued();
        QueuedMessage again =
                new QueuedMessage(
                        new QueueId(2, 2),
                        QueueName.INCOMING,
                        envelope,
                        envelope.recipients().stream().map(Recipient::pending).toList(),
                        MessageStatus.accepted(envelope),
                        List.of(),
                        10);

        Map<AttributeName, Attribute> attributes = codec.mailOf(again, null).attributesMap();

        assertThat(codec.mailOf(again, null).getState()).isEqualTo(Mail.DEFAULT);
        assertThat(attributes.get(AttributeName.of(PipelineEntrance.REQUEUED)).getValue().value())
                .isEqualTo(ID.asString());
        assertThat(attributes).containsKey(AttributeName.of("kept"));
    }

    @Test
    void notesOfTheFormerRunShouldBeForgotten() throws Exception {
        assertThat(EnvelopeNote.KEPT_BACK.in(requeued())).isEqualTo(Optional.empty());
    }

    @Test
    void oneMoreReceivedHeaderShouldSayWhatHappened() throws Exception {
        assertThat(entrance.header(stored(), NOW))
                .isEqualTo(
                        "Received: by mx.example (james-qmgr, requeued, was\r\n\t"
                                + ID
                                + "); Fri, 2 Jan 2026 01:00:00 +0100\r\n");
    }
}
