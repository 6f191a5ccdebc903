/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jamesqmgr.model.TransportName;

/** What holds in every history; {@link PullSimulation} checks most of it after each event. */
class PullSchedulerPropertyTest {

    private static final List<TransportName> TRANSPORTS =
            List.of(new TransportName("spool"), new TransportName("outgoing"));

    @Property
    @Tag("Q5")
    @Tag("Q11")
    void noHistoryShouldBreakALimitOrLoseNews(
            @ForAll @Size(max = 200) List<@IntRange(max = 99_999) Integer> history,
            @ForAll @IntRange(min = 1, max = 40) int messages,
            @ForAll @IntRange(min = 1, max = 200) int recipients) {
        PullSimulation simulation = new PullSimulation(new ActiveLimits(messages, recipients));

        history.forEach(event -> play(simulation, event % 14, event / 14));
        simulation.settle();

        assertThat(simulation.forgotten()).isZero();
    }

    private static void play(PullSimulation simulation, int event, int detail) {
        TransportName transport = TRANSPORTS.get(detail % TRANSPORTS.size());
        switch (event) {
            case 0 -> simulation.subscribe(transport);
            case 1, 2 -> simulation.request(detail, 1 + detail % 40);
            case 3 -> simulation.cancel(detail);
            case 4, 5, 6 -> simulation.accept(transport, detail % 90);
            case 7, 8, 9 -> simulation.step(detail);
            case 10, 11 -> simulation.end(detail);
            case 12 -> simulation.pass(Duration.ofSeconds(detail % 90));
            default -> {
                if (detail % 3 == 0) {
                    simulation.suspect(transport);
                } else {
                    simulation.fail(detail);
                }
            }
        }
    }
}
