/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.time.Instant;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The store fails.
 *
 * @param activity what cannot be done
 * @param since the first failure in a row
 * @param cause of the first failure
 */
public record StoreTrouble(Activity activity, Instant since, MessageStoreException cause) {

    /** What the engine asks of the store. */
    public enum Activity {
        ACCEPT,
        CLAIM,
        END,
        /** Making known what it had too much of when it was opened. */
        LOAD
    }
}
