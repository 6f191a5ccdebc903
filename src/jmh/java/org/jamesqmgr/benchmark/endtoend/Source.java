/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;

/** Sends messages, all from one address to one other, as fast as they are taken. */
interface Source {

    String FROM = "sender@load.example";
    String TO = "recipient@load.example";

    /**
     * Sends messages to a port of 127.0.0.1 and returns when the last one is accepted.
     *
     * @throws IOException if one is not accepted
     */
    void send(int port, Load load, long messages) throws IOException, InterruptedException;
}
