/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import org.jamesqmgr.model.DeliveryStatus;

/**
 * Nothing more can be done over a connection: the server cannot be reached, is gone, hangs, talks
 * nonsense or does not want us. Says what that means for the recipients without an answer.
 */
final class SmtpFailure extends Exception {

    private static final long serialVersionUID = 1;

    /** How far it came. */
    enum Stage {
        /** No connection. */
        CONNECTING,
        TALKING,
        /** Trouble with the encryption: without it the server may well take the mail. */
        ENCRYPTING
    }

    private final transient DeliveryStatus status;
    private final Stage stage;

    SmtpFailure(DeliveryStatus status, Stage stage) {
        super(status.reason(), null, false, false);
        this.status = status;
        this.stage = stage;
    }

    SmtpFailure(DeliveryStatus status) {
        this(status, Stage.TALKING);
    }

    DeliveryStatus status() {
        return status;
    }

    Stage stage() {
        return stage;
    }
}
