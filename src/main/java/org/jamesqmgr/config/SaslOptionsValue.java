/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which ways to log in are not good enough. */
record SaslOptionsValue() implements ValueType<List<String>> {
    static final String NO_PLAINTEXT = "noplaintext";
    private static final Set<String> KNOWN = Set.of(NO_PLAINTEXT, "noanonymous");

    @Override
    public Optional<List<String>> parse(String text) {
        return new NamesValue().parse(text).filter(KNOWN::containsAll);
    }

    @Override
    public String allowed() {
        return "noplaintext, noanonymous, both, or nothing";
    }
}
