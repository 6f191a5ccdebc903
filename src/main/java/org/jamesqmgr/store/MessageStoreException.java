/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

/**
 * The store could not keep or give a message: the disk is full or broken, the broker is gone. Mail
 * is not accepted while this lasts; what was accepted stays where it is.
 */
public class MessageStoreException extends Exception {

    private static final long serialVersionUID = 1L;

    public MessageStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    public MessageStoreException(String message) {
        super(message);
    }
}
