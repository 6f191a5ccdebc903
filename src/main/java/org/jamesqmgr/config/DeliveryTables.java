/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jamesqmgr.transport.TransportMap;

/**
 * What is in the tables of the file: the parameters that have entries instead of a value.
 *
 * @param transports by name, in the order of the file, after the built-in ones
 * @param transportMap of transports that are among them
 * @param relaysBySender next hops in their one written form
 */
record DeliveryTables(
        Map<String, TransportEntry> transports,
        TransportMap transportMap,
        Map<String, String> relaysBySender) {

    DeliveryTables {
        transports = Collections.unmodifiableMap(new LinkedHashMap<>(transports));
        relaysBySender = Map.copyOf(relaysBySender);
    }

    static DeliveryTables defaults() {
        return new DeliveryTables(TransportEntry.builtIn(), TransportMap.EMPTY, Map.of());
    }
}
