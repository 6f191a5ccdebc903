/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {
    private static final String MANY_ZEROS = "0".repeat(10_000_000);

    @Nested
    class TimeValueTest {
        private final TimeValue seconds = TimeValue.inSeconds(Duration.ZERO);
        private final TimeValue days = TimeValue.inDays(Duration.ZERO, Duration.ofDays(100));

        @ParameterizedTest
        @CsvSource({
            "0, PT0S",
            "0w, PT0S",
            "1, PT1S",
            "1000s, PT1000S",
            "5m, PT5M",
            "4h, PT4H",
            "5d, PT120H",
            "2w, PT336H",
            "007s, PT7S",
            "00000000000000000000001m, PT1M",
            "24855d, PT596520H",
            "2147472000, PT596520H",
        })
        void parseShouldReadPostfixNotation(String text, Duration expected) {
            assertThat(seconds.parse(text)).contains(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-1",
                    "-1s",
                    "+1s",
                    "1.5h",
                    "1,5h",
                    "1e3",
                    "0x10",
                    "1 h",
                    "1H",
                    "1S",
                    "1ms",
                    "1min",
                    "1h30m",
                    "5 days",
                    "PT5M",
                    "s",
                    "h",
                    "--",
                    "yes",
                    "1s;",
                    "1\u00a0s",
                    "\uff11\uff10s",
                    "\u0661s",
                    "\u00bdh",
                    "1\u200bs",
                    "1\ns",
                })
        void parseShouldRefuseOtherNotations(String text) {
            assertThat(seconds.parse(text)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "24856d",
                    "2147472001",
                    "9999999999w",
                    "99999999999999w",
                    "9223372036854775807",
                    "9223372036854775808s",
                    "18446744073709551617s",
                })
        void parseShouldRefuseWhatIsTooLongInsteadOfOverflowing(String text) {
            assertThat(seconds.parse(text)).isEmpty();
        }

        @Test
        void parseShouldTakeItsDefaultUnitOnlyWhenNoneIsGiven() {
            assertThat(days.parse("5")).contains(Duration.ofDays(5));
            assertThat(days.parse("5s")).contains(Duration.ofSeconds(5));
            assertThat(TimeValue.inHours(Duration.ZERO).parse("5")).contains(Duration.ofHours(5));
        }

        @Test
        void parseShouldKeepToItsRange() {
            TimeValue fromOneSecond = TimeValue.inSeconds(Duration.ofSeconds(1));

            assertThat(fromOneSecond.parse("0s")).isEmpty();
            assertThat(fromOneSecond.parse("1s")).contains(Duration.ofSeconds(1));
            assertThat(days.parse("100d")).contains(Duration.ofDays(100));
            assertThat(days.parse("8640001s")).isEmpty();
        }

        @Test
        void parseShouldSurviveHugeValues() {
            assertThat(seconds.parse(MANY_ZEROS + "5")).contains(Duration.ofSeconds(5));
            assertThat(seconds.parse("9".repeat(10_000_000))).isEmpty();
            assertThat(seconds.parse(MANY_ZEROS + "x")).isEmpty();
        }

        @Test
        void allowedShouldNameRangeAndUnits() {
            assertThat(days.allowed())
                    .isEqualTo(
                            "a time from 0s to 100d: a whole number, then s, m, h, d, w or nothing,"
                                    + " which means days");
        }
    }

    @Nested
    class CountValueTest {
        private final CountValue count = new CountValue(1);

        @ParameterizedTest
        @CsvSource({"1, 1", "20000, 20000", "0020, 20", "2147483647, 2147483647"})
        void parseShouldReadWholeNumbers(String text, int expected) {
            assertThat(count.parse(text)).contains(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0",
                    "00",
                    "-1",
                    "+1",
                    "1.0",
                    "1k",
                    "20_000",
                    "20,000",
                    "2147483648",
                    "99999999999999999999",
                    "\uff11",
                    "\u0662",
                    "0x1",
                    "many",
                    "1 1",
                })
        void parseShouldRefuseAnythingElse(String text) {
            assertThat(count.parse(text)).isEmpty();
        }

        @Test
        void parseShouldSurviveHugeValues() {
            assertThat(count.parse(MANY_ZEROS + "5")).contains(5);
            assertThat(count.parse(MANY_ZEROS)).isEmpty();
        }
    }

    @Nested
    class SizeValueTest {
        private final SizeValue size = new SizeValue();

        @ParameterizedTest
        @CsvSource({
            "0, 0",
            "50000, 50000",
            "1K, 1024",
            "2m, 2097152",
            "3G, 3221225472",
            "007K, 7168",
            "1048576G, 1125899906842624",
            "1125899906842624, 1125899906842624",
        })
        void parseShouldReadBytesAndUnits(String text, long expected) {
            assertThat(size.parse(text)).contains(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "-1",
                    "K",
                    "1.5G",
                    "1 K",
                    "1KB",
                    "1T",
                    "10%",
                    "1048577G",
                    "9999999999999999G",
                    "1125899906842625",
                    "99999999999999999999",
                    "\uff11",
                })
        void parseShouldRefuseAnythingElse(String text) {
            assertThat(size.parse(text)).isEmpty();
        }

        @Test
        void parseShouldSurviveHugeValues() {
            assertThat(size.parse(MANY_ZEROS + "5K")).contains(5120L);
            assertThat(size.parse("9".repeat(10_000_000))).isEmpty();
        }
    }

    @Nested
    class DirectoryUrlTest {
        private final DirectoryUrl url = new DirectoryUrl();

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "file://var/spool/qmgr",
                    "file:///var/spool/qmgr",
                    "file://q",
                    "file://../spool",
                    "file://.hidden/q",
                    "file:///mnt/mail queue/\u00e9",
                })
        void parseShouldKeepTheUrlAsItIs(String text) {
            assertThat(url.parse(text)).contains(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "file://",
                    "file:///",
                    "file://.",
                    "file://./",
                    "file://..",
                    "file:/var/spool",
                    "/var/spool/qmgr",
                    "var/spool/qmgr",
                    "FILE://var",
                    "classpath:qmgr",
                    "http://example.org/q",
                    "file://a\nb",
                    "file://\u0000",
                })
        void parseShouldRefuseWhatIsNoDirectoryForQueues(String text) {
            assertThat(url.parse(text)).isEmpty();
        }
    }

    @Nested
    class ChoiceValueTest {
        private final ChoiceValue<StoreKind> store = new ChoiceValue<>(StoreKind.class);

        @Test
        void parseShouldKnowEveryConstantInLowerCase() {
            assertThat(store.parse("directory")).contains(StoreKind.DIRECTORY);
            assertThat(store.parse("artemis")).contains(StoreKind.ARTEMIS);
        }

        @ParameterizedTest
        @ValueSource(strings = {"DIRECTORY", "Directory", "Artemis", "memory"})
        void parseShouldRefuseAnythingElse(String text) {
            assertThat(store.parse(text)).isEmpty();
        }

        @Test
        void allowedShouldListTheChoices() {
            assertThat(store.allowed()).isEqualTo("directory, artemis");
        }
    }
}
