/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jamesqmgr.transport.AgentKind;

/**
 * A transport as {@code <transports>} has it.
 *
 * @param processes {@code maxproc}; 0 if there is none, for default_process_limit
 */
record TransportEntry(String name, AgentKind agent, int processes) {

    /** Those that are there without being configured: one for each agent, by its name. */
    static Map<String, TransportEntry> builtIn() {
        Map<String, TransportEntry> entries = new LinkedHashMap<>();
        Arrays.stream(AgentKind.values())
                .map(agent -> new TransportEntry(agent.asString(), agent, 0))
                .forEach(entry -> entries.put(entry.name(), entry));
        return entries;
    }
}
