/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jamesqmgr.admin.cli.Getopt.UsageException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** As the C library's getopt in Postfix's programs. */
@Tag("A2")
class GetoptTest {

    private static final CommandSpec SPEC =
            CommandSpec.create()
                    .addOption(OptionSpec.builder("-p").build())
                    .addOption(OptionSpec.builder("-v").build())
                    .addOption(OptionSpec.builder("-d").type(String.class).build())
                    .addOption(OptionSpec.builder("--from").type(String.class).build())
                    .addOption(OptionSpec.builder("--yes").build());

    private static List<String> words(String line) {
        return line == null || line.isBlank() ? List.of() : List.of(line.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "-p,                 -p --",
        "-pv,                -p -v --",
        "-pdALL,             -p -d=ALL --",
        "-d ALL,             -d=ALL --",
        "-d=ALL,             -d==ALL --",
        "-d -p,              -d=-p --",
        "-d --,              -d=-- --",
        "-d -,               -d=- --",
        "-p queue -v,        -p -- queue -v",
        "-p - -v,            -p -- - -v",
        "-p -- -v,           -p -- -v",
        "--from a@b -p,      --from=a@b -p --",
        "--from=a=b,         --from=a=b --",
        "--yes --from --yes, --yes --from=--yes --",
    })
    void theCommandLineShouldBeSplitAsGetoptDoes(String line, String split) throws Exception {
        assertThat(Getopt.split(SPEC, words(line))).containsExactlyElementsOf(words(split));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "-x,      invalid option -- 'x'",
                "-px,     invalid option -- 'x'",
                "-pd,     option requires an argument -- 'd'",
                "--form,  unrecognized option '--form'",
                "--yes=1, option '--yes' doesn't allow an argument",
                "--from,  option requires an argument '--from'",
            })
    void mistakesShouldBeSaidInGetoptsWords(String line, String text) {
        assertThatThrownBy(() -> Getopt.split(SPEC, words(line)))
                .isInstanceOf(UsageException.class)
                .hasMessage(text);
    }
}
