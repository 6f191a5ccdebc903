/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** Ends a program with one line on standard error. */
final class FatalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    FatalException(int status, String text) {
        super(text, null, false, false);
        this.status = status;
    }

    static FatalException badRequest(String text) {
        return new FatalException(Exit.BAD_REQUEST, text);
    }

    int status() {
        return status;
    }
}
