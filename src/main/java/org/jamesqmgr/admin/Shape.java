/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;

/**
 * Which domains the queues are full of, and since when.
 *
 * @param domains the largest first, then the shorter name
 * @param rest what the domains have that are not among them
 */
public record Shape(Row total, List<Row> domains, Row rest) {

    public Shape {
        domains = List.copyOf(domains);
    }

    /**
     * One domain.
     *
     * @param domain lower case
     * @param counts one for each age bucket, the youngest first
     */
    public record Row(String domain, List<Long> counts) {

        public Row {
            counts = List.copyOf(counts);
        }

        public long total() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }
}
