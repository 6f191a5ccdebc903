/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.store.directory.Audit.End;
import org.junit.jupiter.api.Test;

/** The story that the sweeps tell is worth telling. */
class ScenarioTest {

    private final UpdatableTickingClock clock = new UpdatableTickingClock(Customer.START);
    private final MemoryDisk disk = new MemoryDisk(Customer.ROOT, clock);
    private final Customer customer = new Customer(disk, clock);

    @Test
    void everythingShouldHappenAtLeastOnce() {
        Scenario.run(customer);

        assertThat(customer.failures()).isZero();
        assertThat(customer.promises())
                .extracting(Promise::presence)
                .contains(
                        Promise.Presence.CERTAIN, Promise.Presence.FINISHED, Promise.Presence.GONE);
        assertThat(customer.promises())
                .extracting(Promise::hold)
                .contains(Promise.Hold.FREE, Promise.Hold.HELD, Promise.Hold.HELD_UNLESS_POWER_CUT);
        assertThat(customer.done()).containsExactlyInAnyOrder(Customer.Deed.values());
    }

    @Test
    void auditShouldFindNothingWhenNothingWentWrong() {
        Scenario.run(customer);
        customer.close();

        assertThat(new Audit(disk, clock, customer.promises(), End.STOP).afterReboot()).isEmpty();
    }
}
