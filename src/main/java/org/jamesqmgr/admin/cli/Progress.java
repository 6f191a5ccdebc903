/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** Shows on a terminal how far a long operation is, on one line; elsewhere nothing. */
final class Progress {

    private static final String ERASED_LINE = "\r" + " ".repeat(40) + "\r";

    private final Console console;
    private final String doing;
    private boolean shown;

    Progress(Console console, String doing) {
        this.console = console;
        this.doing = doing;
    }

    void at(long messages) {
        if (console.watches()) {
            console.err().print("\r" + doing + " " + Text.messages(messages));
            console.err().flush();
            shown = true;
        }
    }

    /** Leaves no trace. */
    void end() {
        if (shown) {
            console.err().print(ERASED_LINE);
            console.err().flush();
            shown = false;
        }
    }
}
