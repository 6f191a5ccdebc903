/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("Q2")
class QueueNameTest {

    @ParameterizedTest
    @CsvSource({
        // from,    to INCOMING, ACTIVE, DEFERRED, HOLD, CORRUPT
        "INCOMING, no,  yes, yes, yes, yes",
        "ACTIVE,   yes, no,  yes, yes, yes",
        "DEFERRED, yes, yes, no,  yes, yes",
        "HOLD,     no,  no,  yes, no,  yes",
        "CORRUPT,  no,  no,  no,  no,  no"
    })
    void movesShouldBeLegalAsDrawn(
            QueueName from,
            String toIncoming,
            String toActive,
            String toDeferred,
            String toHold,
            String toCorrupt) {
        assertMove(from, QueueName.INCOMING, toIncoming);
        assertMove(from, QueueName.ACTIVE, toActive);
        assertMove(from, QueueName.DEFERRED, toDeferred);
        assertMove(from, QueueName.HOLD, toHold);
        assertMove(from, QueueName.CORRUPT, toCorrupt);
    }

    private static void assertMove(QueueName from, QueueName to, String legal) {
        if (legal.equals("yes")) {
            assertThat(from.canMoveTo(to)).isTrue();
            assertThat(from.moveTo(to)).isEqualTo(to);
        } else {
            assertThat(from.canMoveTo(to)).isFalse();
            assertThatThrownBy(() -> from.moveTo(to))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(from.toString())
                    .hasMessageContaining(to.toString());
        }
    }

    @Test
    void namesShouldBePostfixsDirectories() {
        assertThat(QueueName.values())
                .extracting(QueueName::asString)
                .containsExactly("incoming", "active", "deferred", "hold", "corrupt");
    }
}
