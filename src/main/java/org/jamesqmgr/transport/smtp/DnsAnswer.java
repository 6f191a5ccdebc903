/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the name service says to one question, told apart as far as mail needs it.
 *
 * @param records what was found; may be empty
 * @param trouble whether it could not say, so that nothing found means nothing yet
 */
record DnsAnswer<T>(List<T> records, boolean trouble) {

    DnsAnswer {
        records = List.copyOf(records);
    }

    static <T> DnsAnswer<T> of(List<T> records) {
        return new DnsAnswer<>(records, false);
    }

    /** There is no such domain, or it has nothing of the kind. */
    static <T> DnsAnswer<T> nothing() {
        return new DnsAnswer<>(List.of(), false);
    }

    /** The servers failed, refused or kept silent. */
    static <T> DnsAnswer<T> noAnswer() {
        return new DnsAnswer<>(List.of(), true);
    }

    <R> DnsAnswer<R> map(Function<T, R> function) {
        return new DnsAnswer<>(records.stream().map(function).toList(), trouble);
    }

    /** The answers to both questions. */
    DnsAnswer<T> and(DnsAnswer<T> other) {
        return new DnsAnswer<>(
                Stream.concat(records.stream(), other.records.stream()).toList(),
                trouble || other.trouble);
    }

    boolean empty() {
        return records.isEmpty();
    }
}
