/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.Nexthop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T9")
class RelayExchangersTest {

    private static final Nexthop RELAY = Nexthop.parse("[smarthst.example]:587").orElseThrow();
    private static final Nexthop OTHER = Nexthop.parse("else.example").orElseThrow();
    private static final Lookup UNKNOWN =
            new Lookup.Failed(DeliveryStatus.local("5.4.4", "Host not found"));
    private static final Lookup SILENT =
            new Lookup.Failed(DeliveryStatus.local("4.4.3", "try again"));

    @Test
    void mailShouldWaitForARelayHostThatDoesNotExist() {
        assertThat(find(RELAY, UNKNOWN))
                .isEqualTo(new Lookup.Failed(DeliveryStatus.local("4.3.5", "Host not found")));
    }

    @Test
    void otherDestinationsThatDoNotExistShouldBeFinal() {
        assertThat(find(OTHER, UNKNOWN)).isEqualTo(UNKNOWN);
    }

    @Test
    void passingTroubleShouldStayWhatItIs() {
        assertThat(find(RELAY, SILENT)).isEqualTo(SILENT);
    }

    private static Lookup find(Nexthop nexthop, Lookup answer) {
        return new RelayExchangers(any -> answer, RELAY::equals).find(nexthop);
    }
}
