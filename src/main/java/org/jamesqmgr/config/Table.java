/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.Optional;

/**
 * A parameter that has entries, as elements with attributes, instead of a value.
 *
 * @param name the element's name
 * @param entry the name of the elements in it
 * @param sentence what it is for, as documented in the sample configuration
 * @param example entries as they stand in the sample configuration
 */
record Table(String name, String entry, String sentence, List<String> example) {

    static final Table TRANSPORTS =
            new Table(
                    "transports",
                    "transport",
                    "Transports by name, agent (smtp, local, error, retry, discard) and most parallel"
                            + " deliveries; smtp, local, error, retry and discard are there without"
                            + " being named. Our own: Postfix has them in master.cf.",
                    List.of(
                            "<transport name=\"smtp\" agent=\"smtp\" maxproc=\"100\"/>",
                            "<transport name=\"slow\" agent=\"smtp\" maxproc=\"2\"/>"));

    static final Table TRANSPORT_MAPS =
            new Table(
                    "transport_maps",
                    "entry",
                    "Other routes for some recipients, for transports with the agent smtp, as"
                            + " transport:nexthop, transport: or :nexthop; address goes before domain,"
                            + " domain before its parents (.example), those before *.",
                    List.of(
                            "<entry address=\"boss@example.org\">smtp:[mail.example.org]:2525</entry>",
                            "<entry domain=\"slow.example\">slow:</entry>",
                            "<entry domain=\".lab.example\">:[192.0.2.1]</entry>",
                            "<entry domain=\"closed.example\">error:5.1.2 no mail for this domain</entry>"));

    static final Table SENDER_DEPENDENT_RELAYHOST_MAPS =
            new Table(
                    "sender_dependent_relayhost_maps",
                    "entry",
                    "Another relayhost for some senders; sender goes before domain, and &lt;&gt; is the"
                            + " empty sender.",
                    List.of(
                            "<entry sender=\"news@example.org\">[bulk.example]:587</entry>",
                            "<entry domain=\"example.org\">[smarthost.example]</entry>"));

    static final List<Table> ALL =
            List.of(TRANSPORTS, TRANSPORT_MAPS, SENDER_DEPENDENT_RELAYHOST_MAPS);

    static Optional<Table> named(String name) {
        return ALL.stream().filter(table -> table.name().equals(name)).findAny();
    }
}
