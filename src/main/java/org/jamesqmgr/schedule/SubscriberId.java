/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import org.jamesqmgr.model.TransportName;

/**
 * One consumer of a pull transport.
 *
 * @param number unique among all subscribers of a server run
 */
public record SubscriberId(TransportName transport, long number) {

    @Override
    public String toString() {
        return transport + "-" + number;
    }
}
