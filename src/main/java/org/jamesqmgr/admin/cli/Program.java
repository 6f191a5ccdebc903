/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/** One of the programs, with its command line read by picocli. Runs once, in one thread. */
interface Program {

    /**
     * Does what the command line says.
     *
     * @return what to end with
     * @throws FatalException to end with a line on standard error
     * @throws UnavailableException if it needs a server and there is none
     */
    int run() throws UnavailableException;

    /** What is said to a command line that makes no sense. */
    String usage();

    /** What such a command line ends with. */
    default int usageStatus() {
        return Exit.BAD_REQUEST;
    }
}
