/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

/**
 * What is sent to a server.
 *
 * @param size of the content of each message in bytes; the few header lines come on top
 * @param sessions connections that send at the same time, each one message after another
 */
record Load(int size, int sessions) {

    static final Load USUAL = new Load(4096, 20);

    Load {
        if (size < 1 || sessions < 1) {
            throw new IllegalArgumentException("nothing to send: " + size + " x " + sessions);
        }
    }

    @Override
    public String toString() {
        return size + " bytes, " + (sessions == 1 ? "1 session" : sessions + " sessions");
    }
}
