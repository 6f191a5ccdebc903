/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("X4")
class WatchedContentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            textBlock =
                    """
            Message-ID: <a@b>\\r\\n\\r\\n|<a@b>
            MESSAGE-id:<a@b>\\r\\n\\r\\n|<a@b>
            Message-ID : <a@b>\\n\\n|<a@b>
            A: b\\r\\nMessage-ID:\\r\\n <a@b>\\r\\nC: d\\r\\n\\r\\n|<a@b>
            Message-ID: <a@b>|<a@b>
            Message-ID: <a b>\\r\\n\\t<c>\\r\\n\\r\\n|<a b> <c>
            """)
    void messageIdShouldBeAsItStandsInTheHeader(String raw, String expected) throws Exception {
        assertThat(messageId(raw.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ''
            '\\r\\n\\r\\nMessage-ID: <a@b>'
            'A: b\\r\\n\\r\\nMessage-ID: <a@b>'
            'X-Message-ID: <a@b>\\r\\n\\r\\n'
            'Message-IDs: <a@b>\\r\\n\\r\\n'
            'A: b\\r\\n Message-ID: <a@b>\\r\\n\\r\\n'
            """)
    void whatIsNoSuchFieldShouldNotBeTakenForOne(String raw) throws Exception {
        assertThat(messageId(raw.replace("\\r", "\r").replace("\\n", "\n"))).isEmpty();
    }

    @Test
    void hugeHeaderShouldNotBeKeptWhole() throws Exception {
        String raw = "A: b\r\n".repeat(1_000_000) + "Message-ID: <a@b>\r\n\r\n";

        assertThat(messageId(raw)).isEmpty();
        assertThat(messageId("Message-ID: " + "x\r\n ".repeat(1_000_000)).length())
                .isLessThan(1000);
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#regular")
    void contentShouldPassUnchanged(String raw) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new WatchedContent(to -> to.write(raw.getBytes(ISO_8859_1))).writeTo(out);

        assertThat(out.toString(ISO_8859_1)).isEqualTo(raw);
    }

    private static String messageId(String raw) throws Exception {
        WatchedContent content = new WatchedContent(to -> to.write(raw.getBytes(ISO_8859_1)));
        content.writeTo(new ByteArrayOutputStream());
        return content.messageId();
    }
}
