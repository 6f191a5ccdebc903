/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.Optional;

/** What a parameter's value may look like. Implementations are immutable. */
interface ValueType<T> {
    /**
     * The value written as {@code text}, or nothing when it is not allowed; never throws, whatever the text.
     *
     * @param text without surrounding white space; empty is for those to allow whose default may be empty
     */
    Optional<T> parse(String text);

    /** What {@link #parse} accepts, in words that complete "allowed: ". */
    String allowed();

    /** What may have been meant by a text that is not allowed; none if nothing is like it. */
    default List<String> guesses(String text) {
        return List.of();
    }
}
