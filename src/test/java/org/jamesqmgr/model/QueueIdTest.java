/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueIdTest {

    /** 52^6 seconds: the year 2596. */
    private static final long MICROS_LIMIT = 19_770_609_664L * 1_000_000;

    private static final String TEXT = "4fXk2Q1bTnz3Gh7d";

    @Property
    void parseShouldReadWhatAsStringWrites(@ForAll("ids") QueueId id) {
        assertThat(QueueId.parse(id.asString())).contains(id);
    }

    @Property
    void textShouldSortAsTheValuesDo(@ForAll("ids") QueueId one, @ForAll("ids") QueueId other) {
        assertThat(Integer.signum(one.asString().compareTo(other.asString())))
                .isEqualTo(Integer.signum(one.compareTo(other)));
    }

    @Property
    void idsShouldSortByTime(@ForAll("ids") QueueId one, @ForAll("ids") QueueId other) {
        if (one.time().isBefore(other.time())) {
            assertThat(one).isLessThan(other);
        }
    }

    @Property
    void idsOfNeighbouringTimesShouldSortAsText(
            @ForAll("ids") QueueId id, @ForAll @IntRange(max = QueueId.TAG_LIMIT - 1) int tag) {
        if (id.micros() + 1 < MICROS_LIMIT) {
            assertThat(new QueueId(id.micros() + 1, tag).asString()).isGreaterThan(id.asString());
        }
    }

    @Property
    @Tag("A1")
    void textShouldBeSixteenDigitsAndLettersWithoutVowels(@ForAll("ids") QueueId id) {
        assertThat(id.asString())
                .matches(
                        "[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10}z"
                                + "[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy]{5}")
                .hasToString(id.toString());
    }

    /** Whatever is not refused is the one and only text of its id. */
    @Property
    void parseShouldReadNoSecondTextOfAnId(
            @ForAll
                    @StringLength(16)
                    @CharRange(from = '0', to = '9')
                    @CharRange(from = 'A', to = 'Z')
                    @CharRange(from = 'a', to = 'z')
                    String text) {
        String nearlyAnId = text.substring(0, 10) + 'z' + text.substring(11);
        assertThat(QueueId.parse(nearlyAnId).map(QueueId::asString).orElse(nearlyAnId))
                .isEqualTo(nearlyAnId);
    }

    @Property
    void parseShouldRefuseAnyTextWithOneForeignCharacter(
            @ForAll("ids") QueueId id,
            @ForAll @IntRange(max = QueueId.LENGTH - 1) int position,
            @ForAll("foreign") char foreign) {
        StringBuilder text = new StringBuilder(id.asString());
        text.setCharAt(position, foreign);

        assertThat(QueueId.parse(text.toString())).isEmpty();
    }

    @Property
    void parseShouldNeverThrow(@ForAll String text) {
        assertThat(QueueId.parse(text).map(QueueId::asString).orElse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0000000000z00000",
        "1, 1, 0000000001z00001",
        "1000000, 51, 0000010000z00010",
        "999999, 345025250, 00000075plzyyyyy",
        "1772366400123456, 1, 4fP0xD0sf8z00001"
    })
    void textShouldBeThatOfPostfixsLongIds(long micros, int tag, String text) {
        assertThat(new QueueId(micros, tag)).hasToString(text);
        assertThat(QueueId.parse(text)).contains(new QueueId(micros, tag));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "../../etc/passwd",
                "../4fXk2Q1bTnz3Gh7d",
                "..Xk2Q1bTnz3Gh7d",
                "4fXk2Q1bTnz3Gh7",
                "4fXk2Q1bTnz3Gh7dd",
                "4fXk2Q1bTn",
                " 4fXk2Q1bTnz3Gh7d",
                "4fXk2Q1bTnz3Gh7d ",
                " fXk2Q1bTnz3Gh7d",
                "4fXk2Q1bTnz3Gh7\n",
                "4fXk2Q1bTnz3Gh7d\n",
                "4fXk2Q1bT/z3Gh7d",
                "4fXk2Q1bT\\z3Gh7d",
                "4fXk2Q1bTnz3Gh7\0",
                "4fXk2Q1bTnz3Gh.d",
                "4fXk2Q1bTnZ3Gh7d",
                "4fXk2Q1bTny3Gh7d",
                "4fXk2Q1bTn03Gh7d",
                "4fXk2Q1bTnz3Gh7z",
                "4fXk2Q1bTnzz3Gh7",
                "4fXk2Q1bTaz3Gh7d",
                "4fXk2Q1bTAz3Gh7d",
                "4fXk2Q1bTez3Gh7d",
                "4fXk2Q1bTnz3GhOd",
                "4fXk2Q1bTnz3Ghid",
                "4fXk2Q1bTnz3Ghud",
                "4fXk2QzzzzZ3Gh7d",
                "-fXk2Q1bTnz3Gh7d",
                "+fXk2Q1bTnz3Gh7d",
                "\u0664fXk2Q1bTnz3Gh7d",
                "\u0664XXk2Q1bTnz3Gh7",
                "\uff14fXk2Q1bTnz3Gh7",
                "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661z\u0661\u0661\u0661\u0661\u0661",
                "\ud83d\udce8Xk2Q1bTnz3Gh7d",
                "ALL",
                "-"
            })
    void parseShouldRefuseWhatIsNoId(String text) {
        assertThat(QueueId.parse(text)).isEmpty();
    }

    @Test
    void parseShouldRefuseMicrosecondsOfMoreThanASecond() {
        String largest = new QueueId(999_999, 0).asString();
        assertThat(largest.substring(6, 10)).isEqualTo("75pl");

        assertThat(QueueId.parse("00000075plz00000")).contains(new QueueId(999_999, 0));
        assertThat(QueueId.parse("00000075pmz00000")).isEmpty();
        assertThat(QueueId.parse("000000zzzzz00000")).isEmpty();
    }

    @Test
    void textShouldDistinguishUpperAndLowerCase() {
        assertThat(QueueId.parse(TEXT)).isPresent();

        assertThat(QueueId.parse("4FXk2Q1bTnz3Gh7d")).isPresent().isNotEqualTo(QueueId.parse(TEXT));
    }

    @Test
    void timeShouldBeThatOfTheAcceptance() {
        Instant time = Instant.parse("2026-03-01T12:00:00.123456Z");

        assertThat(QueueId.parse("4fP0xD0sf8z00001").orElseThrow().time()).isEqualTo(time);
    }

    @Test
    void idShouldRefuseWhatDoesNotFitItsText() {
        assertThat(new QueueId(MICROS_LIMIT - 1, QueueId.TAG_LIMIT - 1).asString())
                .isEqualTo("zzzzzz75plzyyyyy");

        assertThatThrownBy(() -> new QueueId(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QueueId(MICROS_LIMIT, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QueueId(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QueueId(0, QueueId.TAG_LIMIT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<QueueId> ids() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, MICROS_LIMIT - 1),
                        Arbitraries.integers().between(0, QueueId.TAG_LIMIT - 1))
                .as(QueueId::new);
    }

    @Provide
    Arbitrary<Character> foreign() {
        return Arbitraries.chars()
                .filter(c -> "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".indexOf(c) < 0);
    }
}
