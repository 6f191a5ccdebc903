/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import org.jamesqmgr.model.Nexthop;

/** Where the SMTP agent is to connect; the value is in its one written form. */
record NexthopValue() implements ValueType<String> {
    @Override
    public Optional<String> parse(String text) {
        return Nexthop.parse(text).map(Nexthop::asString);
    }

    @Override
    public String allowed() {
        return "a next hop, as example.org, [mail.example.org]:587, [192.0.2.1]"
                + " (brackets: the host itself, not its MX)";
    }
}
