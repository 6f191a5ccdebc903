/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;
import java.util.Locale;

/**
 * What an administrator should know of, if anything.
 *
 * @param reasons a line each, the gravest first; none if all is well
 */
public record QueueHealth(Status status, List<String> reasons) {

    /** From bad to good. */
    public enum Status {
        /** The queue manager cannot do its work. */
        UNHEALTHY,
        /** It works, but a person is needed, or one has stopped a part of it. */
        DEGRADED,
        HEALTHY;

        public String asString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public QueueHealth {
        reasons = List.copyOf(reasons);
    }
}
