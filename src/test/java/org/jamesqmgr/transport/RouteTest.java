/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T9")
class RouteTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "smtp:[mx.example]:25, smtp, [mx.example]:25",
        "slow:, slow, ''",
        ":mx.example, '', mx.example",
        ":, '', ''",
        "error: 5.1.1 gone: for good, error, 5.1.1 gone: for good",
    })
    void parseShouldSplitAtTheFirstColon(String text, String transport, String nexthop) {
        assertThat(Route.parse(text)).contains(new Route(transport, nexthop));
    }

    @Test
    void parseShouldNotGuessWhatIsMeantWithoutColon() {
        assertThat(Route.parse("mx.example")).isEmpty();
    }
}
