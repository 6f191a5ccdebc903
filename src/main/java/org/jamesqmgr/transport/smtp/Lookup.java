/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.List;
import java.util.function.Function;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;

/** What the name service says about a next hop. */
public sealed interface Lookup {

    /** One function per case. */
    <R> R fold(Function<Found, R> found, Function<Failed, R> failed);

    /**
     * Hosts to try.
     *
     * @param candidates at least one, in the order to be tried: by preference, equal ones shuffled
     */
    record Found(List<Candidate> candidates) implements Lookup {

        public Found {
            candidates = List.copyOf(candidates);
            if (candidates.isEmpty()) {
                throw new IllegalArgumentException("found, but nobody to connect to");
            }
        }

        @Override
        public <R> R fold(Function<Found, R> found, Function<Failed, R> failed) {
            return found.apply(this);
        }
    }

    /**
     * No host to try.
     *
     * @param status why: class 4 if that may change, 5 if it is final
     */
    record Failed(DeliveryStatus status) implements Lookup {

        public Failed {
            if (status.code().statusClass() == EnhancedStatusCode.SUCCESS) {
                throw new IllegalArgumentException("a failure cannot be " + status);
            }
        }

        @Override
        public <R> R fold(Function<Found, R> found, Function<Failed, R> failed) {
            return failed.apply(this);
        }
    }
}
