/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

/** Not one message is in trouble but all of the store, as long as whoever keeps it is not there. */
public final class UnreachableStoreException extends MessageStoreException {

    private static final long serialVersionUID = 1L;

    public UnreachableStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
