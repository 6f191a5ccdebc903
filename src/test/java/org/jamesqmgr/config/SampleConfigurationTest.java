/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample is the documentation of the parameters: it and the table say the same. */
class SampleConfigurationTest {
    private static final Path SAMPLE = Path.of("conf-samples/standalone/qmgr.xml");
    private static final Pattern PARAMETER_IN_COMMENT =
            Pattern.compile("<!-- (<(\\w+)>[^<]*</\\2>) -->");

    static Stream<Parameter<?>> parameters() {
        return Parameters.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void sampleShouldDocumentEveryParameterAndItsDefault(Parameter<?> parameter)
            throws IOException {
        String origin =
                parameter.origin() == Parameter.Origin.OURS ? " Our own, not Postfix's." : "";

        assertThat(lines())
                .containsSubsequence(
                        "<!-- %s%s -->".formatted(parameter.sentence(), origin),
                        "<!-- <%1$s>%2$s</%1$s> -->"
                                .formatted(parameter.name(), parameter.defaultText()));
    }

    @Test
    void sampleShouldDocumentNothingElse() throws IOException {
        List<String> documented =
                PARAMETER_IN_COMMENT
                        .matcher(Files.readString(SAMPLE))
                        .results()
                        .map(match -> match.group(2))
                        .toList();

        assertThat(documented).isEqualTo(Parameters.names());
    }

    @Test
    void sampleShouldGiveTheDefaultsAsItIs() throws Exception {
        assertThat(QmgrSettingsReader.read(SAMPLE)).isEqualTo(QmgrSettings.defaults());
    }

    @Test
    void sampleShouldGiveTheDefaultsWithEveryDefaultUncommented() throws Exception {
        String uncommented =
                PARAMETER_IN_COMMENT.matcher(Files.readString(SAMPLE)).replaceAll("$1");

        assertThat(uncommented).contains("\n  <stop_timeout>60s</stop_timeout>\n");
        assertThat(read(uncommented)).isEqualTo(QmgrSettings.defaults());
    }

    @Test
    void sampleShouldHaveTheModernValuesReady() throws Exception {
        String uncommented =
                lines().stream()
                        // The explanation above the root element ends with such a line too.
                        .dropWhile(not("<qmgr>"::equals))
                        .filter(not(line -> line.startsWith("<!-- Postfix has had")))
                        .filter(not("-->"::equals))
                        .collect(joining("\n"));

        QmgrSettings settings = read(uncommented);

        assertThat(settings.queueRunDelay()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.minimalBackoffTime()).isEqualTo(Duration.ofMinutes(5));
    }

    private static List<String> lines() throws IOException {
        return Files.readString(SAMPLE).lines().map(String::strip).toList();
    }

    private static QmgrSettings read(String xml) throws QmgrConfigurationException {
        return QmgrSettingsReader.read(
                "sample", new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
