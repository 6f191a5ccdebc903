/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.maillog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("X4")
class SecondsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4, 0",
        "5, 0.01",
        "20, 0.02",
        "123, 0.12",
        "1000, 1",
        "2149, 2.1",
        "4300, 4.3",
        "9940, 9.9",
        "10999, 10",
        "93000, 93",
        "400000000, 400000",
        "-500, 0"
    })
    void delaysShouldHaveTwoDigitsAndTwoDecimalsAtMost(long millis, String text) {
        assertThat(Seconds.of(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
