/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;

/**
 * What need not be given: no text at all is a value too.
 *
 * @param given what a text that is given looks like
 */
record OrEmpty(ValueType<String> given) implements ValueType<String> {
    @Override
    public Optional<String> parse(String text) {
        return text.isEmpty() ? Optional.of("") : given.parse(text);
    }

    @Override
    public String allowed() {
        return given.allowed() + ", or nothing";
    }
}
