/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.bounce.ReportedMail.bytes;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Properties;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.store.ContentWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N3")
class NoticeComposerTest {

    private static final NoticeComposer COMPOSER = new NoticeComposer(ReportedMail.HOST);

    @Test
    void linesShouldStayAsTheyAre() throws Exception {
        String trace = "\tat org.example.Thing.doIt(Thing.java:12) " + "x".repeat(120);

        assertThat(sent("errors", "In:  HELO a", "", trace, "  blanks  ").getContent())
                .isEqualTo("In:  HELO a\r\n\r\n" + trace + "\r\n  blanks  \r\n");
    }

    @Test
    void controlCharactersShouldBecomeBlanks() throws Exception {
        assertThat(sent("errors", "a\r\n.\r\nb\0c\u001B[31m").getContent())
                .isEqualTo("a  .  b c [31m\r\n");
    }

    @Test
    void longLinesShouldBeFolded() throws Exception {
        assertThat((String) sent("errors", " In:  " + "word ".repeat(50_000)).getContent())
                .startsWith(" In:  word word")
                .contains("\r\n    word word")
                .satisfies(text -> assertThat(text.lines()).allMatch(line -> line.length() < 80));
    }

    @Test
    void otherLanguagesShouldBeSentInUtf8() throws Exception {
        MimeMessage mail = sent("Fehler für Jürgen", "Grüße");

        assertThat(mail.getSubject()).isEqualTo("Fehler für Jürgen");
        assertThat(mail.getContentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(mail.getEncoding()).isEqualTo("8bit");
        assertThat(mail.getContent()).isEqualTo("Grüße\r\n");
    }

    @Test
    void aSubjectShouldSayWhatItSays() throws Exception {
        assertThat(
                        sent("errors from =?utf-8?Q?=0D=0ABcc=3A?= x\r\nBcc: a@b.test", "a")
                                .getSubject())
                .isEqualTo("errors from = ?utf-8?Q?=0D=0ABcc=3A?= x  Bcc: a@b.test");
    }

    @Test
    void aLongSubjectShouldBeCut() throws Exception {
        assertThat(sent("x".repeat(5000), "a").getSubject()).hasSize(250);
    }

    @Test
    void nothingToSayShouldBeAMailToo() throws Exception {
        assertThat(sent("errors").getContent()).isEqualTo("");
    }

    @Test
    void noTwoNoticesShouldHaveOneMessageId() throws Exception {
        assertThat(sent("errors").getMessageID()).isNotEqualTo(sent("errors").getMessageID());
    }

    private static MimeMessage sent(String subject, String... text) throws Exception {
        ContentWriter mail =
                COMPOSER.compose(
                        new Notice(NotifyClass.PROTOCOL, "SMTP", subject, List.of(text)),
                        address("postmaster@example.test"),
                        ReportedMail.NOW);
        ParsedReport.assertThatBytesAreLegal(bytes(mail));
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(bytes(mail)));
    }
}
