/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Map;
import java.util.Optional;

/** Postfix's notation for a switch. */
record YesNoValue() implements ValueType<Boolean> {
    private static final Map<String, Boolean> WORDS = Map.of("yes", true, "no", false);

    @Override
    public Optional<Boolean> parse(String text) {
        return Optional.ofNullable(WORDS.get(text));
    }

    @Override
    public String allowed() {
        return "yes, no";
    }
}
