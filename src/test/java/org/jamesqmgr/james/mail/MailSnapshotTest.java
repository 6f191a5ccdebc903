/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.james.mail.StoredMails.ID;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.server.core.MailImpl;
import org.jamesqmgr.store.ContentWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mailet saw is what is kept, at the least cost. */
@Tag("T8")
class MailSnapshotTest {

    private static final String REGULAR =
            "Message-Id: <1@x.example>\r\nSubject: old\r\n\r\nbody\r\nof two lines\r\n";

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#regular")
    void untouchedMessageShouldBeReferredTo(String raw) throws Exception {
        StoredBytes stored = StoredBytes.of(raw);

        MailSnapshot snapshot = MailSnapshot.of(mail(stored), stored);

        assertThat(read(snapshot)).isEqualTo(raw);
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#irregular")
    void untouchedMessageShouldBeReferredToEvenIfIrregular(String raw) throws Exception {
        StoredBytes stored = StoredBytes.of(raw);

        MailSnapshot snapshot = MailSnapshot.of(mail(stored), stored);

        assertThat(snapshot.same()).isTrue();
        assertThat(read(snapshot)).isEqualTo(raw);
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#all")
    void changedHeaderShouldBeKeptAsTheMailetSawIt(String raw) throws Exception {
        StoredBytes stored = StoredBytes.of(raw);

        assertKeptAsSeen(stored, stored);
    }

    @ParameterizedTest
    @MethodSource("org.jamesqmgr.james.mail.RawMessages#all")
    void changedHeaderOfACopyShouldBeKeptAsTheMailetSawIt(String raw) throws Exception {
        assertKeptAsSeen(StoredBytes.of(raw), StoredBytes.of(raw));
    }

    private static void assertKeptAsSeen(StoredBytes read, StoredBytes stored) throws Exception {
        MailImpl mail = mail(read);
        mail.getMessage().addHeader("X-New", "added");
        String seen = read(MailContent.of(mail));

        MailSnapshot snapshot = MailSnapshot.of(mail, stored);
        mail.getMessage().addHeader("X-Later", "not seen");
        mail.dispose();

        assertThat(read(snapshot)).isEqualTo(seen).contains("X-New: added");
        assertThat(snapshot.same()).isFalse();
    }

    @Test
    void bodyThatNobodyHasReplacedShouldNotBeRead() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().setHeader("Subject", "new");
        int opened = stored.opened();

        assertThat(MailSnapshot.of(mail, stored).derived())
                .hasValueSatisfying(
                        made -> assertThat(made.from()).isEqualTo(REGULAR.indexOf("body")));
        assertThat(stored.opened()).isEqualTo(opened + 1);
    }

    @Test
    void headerThatIsWrittenAsItWasShouldBeTheStoredOne() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().removeHeader("Bcc");

        assertThat(MailSnapshot.of(mail, stored).same()).isTrue();
    }

    @Test
    void headerWithAnEmptyLineInItShouldBeKeptAsItIs() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().setHeader("Subject", "new\r\n\r\nX: y");
        String seen = read(MailContent.of(mail));

        assertThat(read(MailSnapshot.of(mail, stored)))
                .isEqualTo(seen)
                .contains("X: y\r\n")
                .endsWith("of two lines\r\n");
    }

    @Test
    void bodyThatIsTheSameShouldComeFromTheStore() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().setHeader("Subject", "new");
        MailSnapshot snapshot = MailSnapshot.of(mail, stored);
        int opened = stored.opened();

        assertThat(read(snapshot))
                .contains("Subject: new")
                .endsWith("\r\n\r\nbody\r\nof two lines\r\n");

        assertThat(stored.opened()).isEqualTo(opened + 1);
        assertThat(stored.closed()).isEqualTo(stored.opened());
    }

    @Test
    void changedBodyShouldBeKeptInAFileWithoutAName() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().setText("another body");
        mail.getMessage().saveChanges();
        String seen = read(MailContent.of(mail));
        List<Path> before = temporaryFiles();

        MailSnapshot snapshot = MailSnapshot.of(mail, stored);
        mail.dispose();
        int opened = stored.opened();

        assertThat(read(snapshot)).isEqualTo(seen).endsWith("another body");
        assertThat(read(snapshot)).isEqualTo(seen);
        assertThat(stored.opened()).isEqualTo(opened);
        assertThat(temporaryFiles()).isEqualTo(before);
        snapshot.close();
        assertThatThrownBy(() -> read(snapshot)).isInstanceOf(IOException.class);
    }

    @Test
    void headerTooLargeForTheHeapShouldBeKeptInAFile() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);
        mail.getMessage().addHeader("X-Large", "x".repeat(MailSnapshot.HEADER_LIMIT));
        String seen = read(MailContent.of(mail));

        MailSnapshot snapshot = MailSnapshot.of(mail, stored);
        mail.dispose();

        assertThat(read(snapshot)).isEqualTo(seen);
    }

    @Test
    void longerAndShorterBodyShouldBeNoticed() throws Exception {
        for (String stored : List.of("A: b\r\n\r\nbody and more", "A: b\r\n\r\nbo", "A: b\r\n")) {
            MailSnapshot snapshot =
                    MailSnapshot.of(
                            mail(StoredBytes.of("A: b\r\n\r\nbody")), StoredBytes.of(stored));

            assertThat(read(snapshot)).isEqualTo("A: b\r\n\r\nbody");
            assertThat(snapshot.same()).isFalse();
        }
    }

    @Test
    @Tag("X4")
    void messageIdShouldBeKnown() throws Exception {
        StoredBytes stored = StoredBytes.of(REGULAR);
        MailImpl mail = mail(stored);

        assertThat(MailSnapshot.of(mail, stored).messageId()).isEqualTo("<1@x.example>");

        mail.getMessage().setText("another body");
        assertThat(MailSnapshot.of(mail, stored).messageId()).isEqualTo("<1@x.example>");
    }

    private static MailImpl mail(StoredBytes stored) throws Exception {
        MailImpl mail = MailImpl.builder().name("mail").build();
        mail.setMessageNoCopy(new StoredMimeMessage(ID, stored, () -> {}));
        return mail;
    }

    private static String read(ContentWriter content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("qmgr"))
                    .sorted()
                    .toList();
        }
    }
}
