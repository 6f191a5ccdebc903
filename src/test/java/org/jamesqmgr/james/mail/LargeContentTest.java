/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.mail.internet.MimeMessage;
import org.apache.james.server.core.MimeMessageSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.base.test.FakeMail;
import org.jamesqmgr.store.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message of 50 MB passes through a few kilobytes of heap, whatever was done to its header. */
@Tag("Q5")
class LargeContentTest {

    private static final long SIZE = 50L * 1024 * 1024;
    private static final long FEW = 2L * 1024 * 1024;

    private final Content large = new Pattern("Subject: large\r\nX: \u00e9\r\n\r\n", SIZE);

    /** Classes are loaded and compiled at somebody else's expense. */
    @BeforeEach
    void warmUp() throws Exception {
        Content small = new Pattern("Subject: small\r\n\r\n", 100);
        readThreeWays(fromStore(small), small);
        readThreeWays(received(small), small);
    }

    @Test
    void untouchedMessageShouldPassAsAStream() throws Exception {
        assertThat(allocated(() -> readThreeWays(fromStore(large), large))).isLessThan(FEW);
        assertThat(allocated(() -> readThreeWays(received(large), large))).isLessThan(FEW);
    }

    @Test
    void messageWithAnotherHeaderShouldPassAsAStream() throws Exception {
        MimeMessage stored = fromStore(large);
        MimeMessage received = received(large);
        stored.setHeader("Subject", "other");
        received.setHeader("Subject", "other");

        assertThat(allocated(() -> readThreeWays(stored, large))).isLessThan(FEW);
        assertThat(allocated(() -> readThreeWays(received, large))).isLessThan(FEW);
    }

    @Test
    void mailetsShouldReadTheBodyAsAStream() throws Exception {
        StoredMimeMessage message = fromStore(large);
        message.setHeader("Subject", "other");

        assertThat(
                        allocated(
                                () -> {
                                    drain(message.getInputStream());
                                    drain(message.getRawInputStream());
                                    drain(message.getMessageInputStream());
                                }))
                .isLessThan(FEW);
    }

    private static void readThreeWays(MimeMessage message, Content content) throws Exception {
        MailContent mail =
                MailContent.of(FakeMail.builder().name("mail").mimeMessage(message).build());
        boolean changed = message.getSubject().equals("other");
        Counter counter = new Counter();

        mail.writeTo(counter);

        assertThat(counter.count).isEqualTo(content.size());
        assertThat(mail.sameAs(content)).isEqualTo(!changed);
    }

    private static void drain(InputStream stream) throws IOException {
        try (stream) {
            assertThat(stream.transferTo(OutputStream.nullOutputStream())).isPositive();
        }
    }

    private static StoredMimeMessage fromStore(Content content) {
        return new StoredMimeMessage(StoredMails.ID, content, () -> {});
    }

    private static MimeMessageWrapper received(Content content) {
        return new MimeMessageWrapper(
                new MimeMessageSource() {
                    @Override
                    public String getSourceId() {
                        return "received";
                    }

                    @Override
                    public InputStream getInputStream() throws IOException {
                        return content.open();
                    }
                });
    }

    private static long allocated(Action action) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    /** A header and one byte again and again. */
    private record Pattern(String header, long size) implements Content {
        @Override
        public InputStream open() {
            byte[] start = header.getBytes(ISO_8859_1);
            return new SequenceInputStream(
                    new ByteArrayInputStream(start), new Repetition(size - start.length));
        }
    }

    private static final class Repetition extends InputStream {
        private long left;

        Repetition(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'x' : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(bytes, offset, offset + count, (byte) 'x');
            left -= count;
            return count;
        }
    }

    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
