/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the queues are full of, and since when.
 *
 * @param rows the largest first, then the shorter name
 * @param rest what those have that are not among the rows
 */
public record Shape(Row total, List<Row> rows, Row rest) {

    public Shape {
        rows = List.copyOf(rows);
    }

    /** What a row stands for. */
    public enum By {
        /** Recipients that are not done, by their domain. */
        RECIPIENT,
        /** Messages, by the domain of their sender; the null sender is {@code MAILER-DAEMON}. */
        SENDER,
        /** Recipients that are not done, by why they wait, with addresses left out. */
        REASON;

        /** Its name in requests. */
        public String asString() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<By> parse(String text) {
            return Arrays.stream(values()).filter(by -> by.asString().equals(text)).findFirst();
        }
    }

    /**
     * One domain or reason.
     *
     * @param name a domain in lower case, or a reason
     * @param counts one for each age bucket, the youngest first
     */
    public record Row(String name, List<Long> counts) {

        public Row {
            counts = List.copyOf(counts);
        }

        public long total() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }
}
