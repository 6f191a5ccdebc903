/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B1")
class TemplateFileReaderTest {

    private static final String TEMPLATE =
            """
            # our own words
            failure_template = <<EOF
            Charset: utf-8
            From: MAILER-DAEMON (Mail Delivery System)
            Subject: Your mail has come back
            Postmaster-Subject: Postmaster Copy: Undelivered Mail

            J\u00fcrgen's server could not deliver your mail.
            EOF
            """;

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("bounce.cf");
    }

    @Test
    void readShouldTakeWordsInUtf8() throws Exception {
        Files.writeString(file, TEMPLATE);

        assertThatCode(() -> TemplateFileReader.read(file)).doesNotThrowAnyException();
    }

    @Test
    void readShouldNameFileAndLineOfEachProblem() throws Exception {
        Files.writeString(file, "# our own words\nnonsense\n");

        assertThat(problems()).first().asString().startsWith(file + " line 2: ");
    }

    @Test
    void readShouldRefuseAMissingFile() {
        assertThat(problems()).containsExactly(file + ": there is no such file");
    }

    @Test
    void readShouldRefuseWhatIsNotUtf8() throws Exception {
        Files.write(file, TEMPLATE.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problems()).containsExactly(file + ": cannot be read: not UTF-8");
    }

    @Test
    void readShouldRefuseADirectory() throws Exception {
        Files.createDirectory(file);

        assertThat(problems()).singleElement().asString().startsWith(file + ": cannot be read: ");
    }

    private List<String> problems() {
        QmgrConfigurationException thrown =
                catchThrowableOfType(
                        () -> TemplateFileReader.read(file), QmgrConfigurationException.class);
        assertThat(thrown).isNotNull();
        return thrown.problems();
    }
}
