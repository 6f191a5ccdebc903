/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.InputStream;

/**
 * What a program reads and writes.
 *
 * @param program its name, which stands before what it says on standard error
 * @param asks whether somebody can be asked: standard input and standard error are a terminal
 * @param shows whether somebody looks at standard output
 * @param watches whether somebody looks at standard error
 */
record Console(
        String program,
        InputStream in,
        Output out,
        Output err,
        boolean asks,
        boolean shows,
        boolean watches) {

    /** The same for a program of another name. */
    Console of(String name) {
        return new Console(name, in, out, err, asks, shows, watches);
    }

    /** A line on standard error, behind the name of the program. */
    void say(String text) {
        out.flush();
        err.println(program + ": " + Text.printable(text));
    }

    void warn(String text) {
        say("warning: " + text);
    }

    void fatal(String text) {
        say("fatal: " + text);
    }

    /** Whether nobody reads our output any more, so that there is no use in going on. */
    boolean deaf() {
        return out.checkError();
    }
}
