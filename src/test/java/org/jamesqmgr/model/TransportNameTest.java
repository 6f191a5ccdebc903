/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"spool", "a b", "../x", "\u00fc", "\ud83d\udce8", "UPPER", "a\nb"})
    void anyTextShouldDo(String text) {
        assertThat(new TransportName(text).asString()).isEqualTo(text);
        assertThat(new TransportName(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n", "\u2003"})
    void blankTextShouldBeRefused(String text) {
        assertThatThrownBy(() -> new TransportName(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesShouldSortByTheirText() {
        assertThat(Stream.of("smtp", "local", "Smtp").map(TransportName::new).sorted())
                .extracting(TransportName::asString)
                .containsExactly("Smtp", "local", "smtp");
    }

    @Test
    void namesShouldDifferInCase() {
        assertThat(new TransportName("SMTP")).isNotEqualTo(new TransportName("smtp"));
    }
}
