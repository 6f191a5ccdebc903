/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.ScriptedSmtpServer.Reaction.reply;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.awaitility.Awaitility;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.store.Content;
import org.jamesqmgr.testing.ScriptedSmtpServer.Step;
import org.jamesqmgr.transport.DeliveryReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T8")
class ContentTest {

    private final SmtpFixture smtp = new SmtpFixture();

    @AfterEach
    void close() {
        smtp.close();
    }

    @Test
    void everyByteShouldArrive() throws IOException {
        StringBuilder content = new StringBuilder("Subject: all bytes\r\n\r\n");
        for (char octet = 0; octet < 256; octet++) {
            if (octet != '\n') {
                content.append(octet);
            }
        }
        content.append("\r\n.\r\n..\r\n.line\r\n").append("long".repeat(50_000)).append("\r\n");

        smtp.deliverContent(content.toString(), "a@target.test");

        assertThat(smtp.server.received().get(0).content()).isEqualTo(content.toString());
        assertThat(smtp.server.received()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'a\\n.\\nb\\n', 'a\\r\\n..\\r\\nb\\r\\n'",
        "'a\\r\\n.', 'a\\r\\n..\\r\\n'",
        "'a', 'a\\r\\n'",
        "'a\\r', 'a\\r\\r\\n'",
        "'a\\r\\r\\nb', 'a\\r\\r\\nb\\r\\n'",
        "'.', '..\\r\\n'",
        "'', ''",
        "'\\n\\n', '\\r\\n\\r\\n'"
    })
    void linesShouldEndAsSmtpWantsThem(String stored, String wire) throws IOException {
        smtp.deliverContent(unescaped(stored), "a@target.test");

        assertThat(smtp.server.received().get(0).wire()).isEqualTo(unescaped(wire));
    }

    @Test
    void contentThatCannotBeReadShouldBeTheCallersTroubleAndDeliverNothing() {
        Envelope envelope = SmtpFixture.envelope("a@target.test");

        assertThatThrownBy(() -> smtp.agent().deliver(smtp.request(envelope, new Torn())))
                .isInstanceOf(IOException.class)
                .hasMessage("torn");

        Awaitility.await().until(() -> smtp.server.openSessions() == 0);
        assertThat(smtp.server.received()).isEmpty();
    }

    @Test
    void contentThatCannotBeReadShouldNotTakeBackWhatIsDecided() throws IOException {
        smtp.server.on(Step.RCPT, "b@", reply("550 5.1.1 no"));
        Envelope envelope = SmtpFixture.envelope("a@target.test", "b@target.test");

        DeliveryReport report = smtp.agent().deliver(smtp.request(envelope, new Torn()));

        assertThat(SmtpFixture.codes(report)).containsExactly("4.3.0", "5.1.1");
        assertThat(smtp.server.received()).isEmpty();
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }

    /** Breaks off in the middle. */
    private record Torn() implements Content {

        @Override
        public long size() {
            return 100_000;
        }

        @Override
        public InputStream open() {
            return new SequenceInputStream(
                    new ByteArrayInputStream(new byte[50_000]),
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("torn");
                        }

                        @Override
                        public int read(byte[] to, int from, int length) throws IOException {
                            throw new IOException("torn");
                        }
                    });
        }
    }
}
