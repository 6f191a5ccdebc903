/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.jamesqmgr.engine.Intention.Kind;
import org.jamesqmgr.model.QueueId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("X1")
class WishesTest {

    private static final QueueId ID = new QueueId(1_700_000_000_000_000L, 1);

    private final Wishes wishes = new Wishes();

    private static Intention wish(Kind kind) {
        return new Intention(kind, "by hand", () -> {});
    }

    @Test
    void laterWishShouldBeAddedAsToWorkOfThisServer() {
        wishes.note(ID, wish(Kind.EXPIRE));

        Intention now = wishes.note(ID, wish(Kind.HOLD));

        assertThat(now.kind()).isEqualTo(Kind.HOLD);
        assertThat(now.expiring()).isTrue();
        assertThat(wishes.of(ID)).hasValue(now);
    }

    @Test
    void releaseShouldLeaveTheRestOfAWish() {
        wishes.note(ID, wish(Kind.HOLD));
        wishes.note(ID, wish(Kind.EXPIRE));

        assertThat(wishes.release(ID)).isTrue();

        assertThat(wishes.of(ID)).map(Intention::kind).hasValue(Kind.EXPIRE);
    }

    @Test
    void releaseShouldFindNothingButAHold() {
        wishes.note(ID, wish(Kind.DELETE));

        assertThat(wishes.release(ID)).isFalse();

        assertThat(wishes.all()).containsExactly(ID);
    }

    @Test
    void wishThatHasChangedShouldNotBeEnded() {
        Intention hold = wishes.note(ID, wish(Kind.HOLD));
        Intention delete = wishes.note(ID, wish(Kind.DELETE));

        assertThat(wishes.end(ID, hold)).isFalse();
        assertThat(wishes.of(ID)).hasValue(delete);
        assertThat(wishes.end(ID, delete)).isTrue();
        assertThat(wishes.all()).isEmpty();
    }
}
