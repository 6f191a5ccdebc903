/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** What programs end with, as Postfix's do and sysexits has it. */
final class Exit {

    static final int OK = 0;

    /** What was asked for makes no sense. */
    static final int BAD_REQUEST = 1;

    /** EX_UNAVAILABLE: there is no server to talk to; of postqueue also wrong usage. */
    static final int UNAVAILABLE = 69;

    /** EX_CONFIG. */
    static final int BAD_CONFIGURATION = 78;

    private Exit() {}
}
