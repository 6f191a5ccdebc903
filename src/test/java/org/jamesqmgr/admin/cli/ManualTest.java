/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jamesqmgr.admin.cli.FakeServer.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manual in {@code src/main/home/doc} is what the programs say of themselves. To bring a page up to
 * date: {@code bin/qmgr manual postqueue > src/main/home/doc/postqueue.md}.
 */
class ManualTest {

    static Stream<String> programs() {
        return Programs.names().stream();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theManualShouldBeWhatTheProgramSays(String program) throws Exception {
        Result page =
                FakeServer.run(
                        Path.of("/nowhere"),
                        InputStream.nullInputStream(),
                        false,
                        "qmgr",
                        "manual",
                        program);

        assertThat(Files.readString(Path.of("src/main/home/doc", program + ".md")))
                .isEqualTo(page.out());
    }
}
