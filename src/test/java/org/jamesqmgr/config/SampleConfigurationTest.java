/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jamesqmgr.transport.RelayHosts;
import org.jamesqmgr.transport.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample is the documentation of the parameters: it and the table say the same. */
class SampleConfigurationTest {
    private static final Path SAMPLE = Path.of("conf-samples/standalone/qmgr.xml");
    private static final Pattern PARAMETER_IN_COMMENT =
            Pattern.compile(
                    "<!-- (<(?:([a-z]\\w*)|parameter name=\"(\\d\\w*)\")>[^<]*</\\w+>) -->");

    private static final String TRIAL_RELAY = "  <relayhost>[127.0.0.1]:2626</relayhost>\n";

    private static final Pattern BLOCK =
            Pattern.compile("<!--[^\\n]*\\n(\\s*<\\w(?:(?!-->)[\\s\\S])*)-->");

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
                        "<!-- %s -->".formatted(element(parameter)));
    }

    /** The parameter with its default; a name that XML does not allow stands in an attribute. */
    private static String element(Parameter<?> parameter) {
        String notation =
                Character.isDigit(parameter.name().charAt(0))
                        ? "<parameter name=\"%1$s\">%2$s</parameter>"
                        : "<%1$s>%2$s</%1$s>";
        return notation.formatted(parameter.name(), parameter.defaultText());
    }

    /** The sample without the line that keeps a trial on this machine. */
    private static String sample() throws IOException {
        String all = Files.readString(SAMPLE);
        assertThat(all).containsOnlyOnce(TRIAL_RELAY);
        return all.replace(TRIAL_RELAY, "");
    }

    @Test
    void sampleShouldSendNothingIntoTheWorld() throws Exception {
        assertThat(QmgrSettingsReader.read(SAMPLE).delivery().routes().relays())
                .isEqualTo(new RelayHosts(Map.of(), "[127.0.0.1]:2626"));
    }

    @Test
    void sampleShouldDocumentNothingElse() throws IOException {
        List<String> documented =
                PARAMETER_IN_COMMENT
                        .matcher(sample())
                        .results()
                        .map(match -> Objects.requireNonNullElse(match.group(2), match.group(3)))
                        .toList();

        assertThat(documented).isEqualTo(Parameters.names());
    }

    @Test
    void sampleShouldGiveTheDefaultsAsItIs() throws Exception {
        assertThat(read(sample())).isEqualTo(QmgrSettings.defaults());
    }

    @Test
    void sampleShouldGiveTheDefaultsWithEveryDefaultUncommented() throws Exception {
        String uncommented = PARAMETER_IN_COMMENT.matcher(sample()).replaceAll("$1");

        assertThat(uncommented).contains("\n  <stop_timeout>60s</stop_timeout>\n");
        assertThat(read(uncommented)).isEqualTo(QmgrSettings.defaults());
    }

    static Stream<Table> tables() {
        return Table.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void sampleShouldDocumentEveryTableWithAnExample(Table table) throws IOException {
        List<String> documentation =
                Stream.of(
                                Stream.of(
                                        "<!-- %s -->".formatted(table.sentence()),
                                        "<!--",
                                        "<%s>".formatted(table.name())),
                                table.example().stream(),
                                Stream.of("</%s>".formatted(table.name()), "-->"))
                        .flatMap(lines -> lines)
                        .toList();

        assertThat(lines()).containsSequence(documentation);
    }

    @Test
    void sampleShouldHaveTheModernValuesReady() throws Exception {
        QmgrSettings settings = read(withAllBlocks());

        assertThat(settings.queueRunDelay()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.minimalBackoffTime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.delivery().transports().get(0).limits().failedCohorts()).isEqualTo(10);
    }

    @Test
    void sampleShouldHaveExamplesThatCanBeUsed() throws Exception {
        DeliverySettings delivery = read(withAllBlocks()).delivery();

        assertThat(delivery.transports())
                .extracting(transport -> transport.name().asString())
                .containsExactly("smtp", "local", "error", "retry", "discard", "slow");
        assertThat(delivery.routes().transportMap().routes())
                .containsEntry("slow.example", new Route("slow", ""));
        assertThat(delivery.routes().relays().bySender()).hasSize(2);
    }

    /** Every comment of several lines that holds elements, without its marks. */
    private static String withAllBlocks() throws IOException {
        return BLOCK.matcher(sample()).replaceAll("$1");
    }

    private static List<String> lines() throws IOException {
        return sample().lines().map(String::strip).toList();
    }

    private static QmgrSettings read(String xml) throws QmgrConfigurationException {
        return QmgrSettingsReader.read(
                "sample", new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
