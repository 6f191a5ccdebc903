/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.function.Function;
import org.apache.james.core.MailAddress;

/** What became of one recipient in one attempt. */
public sealed interface RecipientOutcome {

    MailAddress recipient();

    DeliveryStatus status();

    /** One function per case. */
    <R> R fold(
            Function<Delivered, R> delivered,
            Function<Deferred, R> deferred,
            Function<Bounced, R> bounced);

    /** The next hop has taken responsibility. */
    record Delivered(MailAddress recipient, DeliveryStatus status) implements RecipientOutcome {

        public Delivered {
            requireClass(status, EnhancedStatusCode.SUCCESS);
        }

        @Override
        public <R> R fold(
                Function<Delivered, R> delivered,
                Function<Deferred, R> deferred,
                Function<Bounced, R> bounced) {
            return delivered.apply(this);
        }
    }

    /** To be tried again. */
    record Deferred(MailAddress recipient, DeliveryStatus status) implements RecipientOutcome {

        public Deferred {
            requireClass(status, EnhancedStatusCode.TEMPORARY);
        }

        @Override
        public <R> R fold(
                Function<Delivered, R> delivered,
                Function<Deferred, R> deferred,
                Function<Bounced, R> bounced) {
            return deferred.apply(this);
        }
    }

    /** Failed for good: the sender is to be told. */
    record Bounced(MailAddress recipient, DeliveryStatus status) implements RecipientOutcome {

        public Bounced {
            requireClass(status, EnhancedStatusCode.PERMANENT);
        }

        @Override
        public <R> R fold(
                Function<Delivered, R> delivered,
                Function<Deferred, R> deferred,
                Function<Bounced, R> bounced) {
            return bounced.apply(this);
        }
    }

    /** The outcome that the class of the status stands for. */
    static RecipientOutcome of(MailAddress recipient, DeliveryStatus status) {
        return switch (status.code().statusClass()) {
            case EnhancedStatusCode.SUCCESS -> new Delivered(recipient, status);
            case EnhancedStatusCode.TEMPORARY -> new Deferred(recipient, status);
            default -> new Bounced(recipient, status);
        };
    }

    private static void requireClass(DeliveryStatus status, int statusClass) {
        if (status.code().statusClass() != statusClass) {
            throw new IllegalArgumentException("wrong class of status: " + status);
        }
    }
}
