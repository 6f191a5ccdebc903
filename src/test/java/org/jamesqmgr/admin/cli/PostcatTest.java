/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.jamesqmgr.admin.cli.FakeQueueManager.FakeMail;
import org.jamesqmgr.admin.cli.FakeQueueManager.To;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the form of what Postfix 3.7 wrote; which attributes an envelope has is James's business. */
@Tag("A5")
class PostcatTest {

    private static final String ID = "4jY2qn5XWWzL4qt1";

    private static final String ENVELOPE =
            """
            *** ENVELOPE RECORDS deferred/W/4jY2qn5XWWzL4qt1 ***
            message_size:             331               0               2               0             331               0
            message_arrival_time: Mon Nov 23 10:44:48 2026
            create_time: Mon Nov 23 10:44:48 2026
            named_attribute: log_ident=4jY2qn5XWWzL4qt1
            sender: alice@example.test
            named_attribute: helo_name=client.test
            named_attribute: priority=5
            named_attribute: transport=smtp
            original_recipient: soft1@defer.test
            recipient: soft1@defer.test
            original_recipient: ok@defer.test
            done_recipient: ok@defer.test
            *** MESSAGE CONTENTS deferred/W/4jY2qn5XWWzL4qt1 ***
            """;

    private static final String HEADER =
            """
            Received: from client.test (unknown [127.0.0.1])
            \tby mail.example.test (Postfix) with ESMTP id 38DFF24A086;
            \tMon, 23 Nov 2026 10:44:48 +0000 (UTC)
            Subject: multi
            """;

    private static final String BODY =
            """

            Hello
            """;

    private static final String END =
            """
            *** HEADER EXTRACTED deferred/W/4jY2qn5XWWzL4qt1 ***
            *** MESSAGE FILE END deferred/W/4jY2qn5XWWzL4qt1 ***
            """;

    @TempDir private Path home;
    private FakeServer server;
    private FakeMail mail;

    @BeforeEach
    void setUp() throws Exception {
        server = FakeServer.start(home);
        mail =
                new FakeMail(
                        ID,
                        "deferred",
                        Instant.parse("2026-11-23T10:44:48Z").toEpochMilli(),
                        331,
                        "alice@example.test",
                        To.pending("soft1@defer.test", "greylisted"),
                        new To("ok@defer.test", "done", ""));
        mail.content = (HEADER + BODY).replace("\n", "\r\n");
        mail.attributes.put("helo_name", "client.test");
        server.queueManager.add(mail);
    }

    @AfterEach
    void tearDown() throws Exception {
        server.close();
    }

    @Test
    void everythingShouldBeShownUnlessPartsAreAskedFor() {
        String everything = ENVELOPE + HEADER + BODY + END;

        assertThat(server.run("postcat", "-q", ID)).isEqualTo(new Result(everything, "", 0));
        assertThat(server.run("postcat", "-ebhq", ID).out()).isEqualTo(everything);
    }

    @Test
    void partsShouldBeShownAlone() {
        assertThat(server.run("postcat", "-eq", ID).out()).isEqualTo(ENVELOPE + END);
        assertThat(server.run("postcat", "-hq", ID).out()).isEqualTo(HEADER);
        assertThat(server.run("postcat", "-bq", ID).out()).isEqualTo(BODY);
        assertThat(server.run("postcat", "-bhq", ID).out()).isEqualTo(HEADER + BODY);
    }

    @Test
    void verboseShouldNameTheLinesOfTheContent() {
        assertThat(server.run("postcat", "-vbq", ID).out())
                .isEqualTo("regular_text: \nregular_text: Hello\n");
    }

    @Test
    void typesAndOffsetsShouldStandBeforeRecords() {
        assertThat(server.run("postcat", "-dq", ID).out().lines())
                .startsWith(
                        "*** ENVELOPE RECORDS deferred/W/4jY2qn5XWWzL4qt1 ***",
                        " 67 message_size:             331               0               2         "
                                + "      0             331               0",
                        " 84 message_arrival_time: Mon Nov 23 10:44:48 2026");
        assertThat(server.run("postcat", "-obq", ID).out())
                .isEqualTo("      166 \n      168 Hello\n");
    }

    @Test
    void aVeryLongLineShouldStayOneLine() {
        String line = "x".repeat(200_000);
        mail.content = "A: b\r\n\r\n" + line;

        assertThat(server.run("postcat", "-bq", ID).out()).isEqualTo("\n" + line + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    NOSUCHID123      | open queue file NOSUCHID123: No such file or directory
                    4jY2qn5XWWzL4qt9 | open queue file 4jY2qn5XWWzL4qt9: No such file or directory
                    ../conf/a        | bad mail queue ID: ../conf/a
                    4jY2qn5XWWzL4qt1.. | bad mail queue ID: 4jY2qn5XWWzL4qt1..
                    ''               | bad mail queue ID:
                    """)
    void whatIsNotThereShouldBeFatal(String name, String text) {
        Result result = server.run("postcat", "-q", name);

        assertThat(result.err().strip()).isEqualTo("postcat: fatal: " + text);
        assertThat(result.status()).isEqualTo(1);
    }
}
