/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** There is no server to talk to; the text says why, in one line. */
final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean down;

    private UnavailableException(String text, boolean down) {
        super(text, null, false, false);
        this.down = down;
    }

    /** Nobody is there. */
    static UnavailableException down(String text) {
        return new UnavailableException(text, true);
    }

    /** Somebody is there who does not answer as our server does, or does not let us in. */
    static UnavailableException refused(String text) {
        return new UnavailableException(text, false);
    }

    /** Whether the server does not run. */
    boolean isDown() {
        return down;
    }
}
