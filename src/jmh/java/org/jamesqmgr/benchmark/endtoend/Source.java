/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.util.List;

/** Sends messages, all from one address to one other, as fast as they are taken. */
interface Source {

    String FROM = "sender@load.example";
    String TO = "recipient@load.example";

    /**
     * Sends messages to ports of 127.0.0.1, each session to one, and returns when the last one is
     * accepted.
     *
     * @throws IOException if one is not accepted
     */
    void send(List<Integer> ports, Load load, long messages)
            throws IOException, InterruptedException;
}
