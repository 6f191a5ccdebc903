/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.index.QueueIndex.Entry;

@Tag("Q5")
class EntryTableTest {

    private static final int IDS = 60;

    private final EntryTable table = new EntryTable();
    private final Map<QueueId, Entry> expected = new HashMap<>();

    /** Few ids, so that many are there already, or gone, and stand close to each other. */
    private static QueueId id(int number) {
        return new QueueId(1_000_000_000L + number / 2, number % 2);
    }

    @Property
    void tableShouldDoAsAMapDoes(
            @ForAll @Size(max = 400) List<@IntRange(min = -IDS, max = IDS - 1) Integer> steps) {
        for (int step : steps) {
            if (step >= 0) {
                add(id(step));
            } else {
                remove(id(-1 - step));
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }
        for (int number = 0; number < IDS; number++) {
            assertThat(table.get(id(number))).isSameAs(expected.get(id(number)));
        }
        assertThat(table.stream()).containsExactlyInAnyOrderElementsOf(expected.values());
    }

    private void add(QueueId id) {
        Entry entry = new Entry(id, QueueName.INCOMING, false);
        assertThat(table.add(entry)).isEqualTo(expected.putIfAbsent(id, entry) == null);
        assertThat(table.contains(entry)).isTrue();
    }

    private void remove(QueueId id) {
        Entry entry = new Entry(id, QueueName.INCOMING, false);
        assertThat(table.remove(entry)).isEqualTo(expected.remove(id) != null);
        assertThat(table.contains(entry)).isFalse();
    }
}
