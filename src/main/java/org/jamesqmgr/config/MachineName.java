/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this machine, as its own resolver knows it. */
final class MachineName {
    private static final String NAMELESS = "localhost.localdomain";

    private MachineName() {}

    /** A name with its domain if there is one; never an address. May ask the name service. */
    static String get() {
        return Once.NAME;
    }

    /** Asked once: a slow name service must not be waited for again at each reading. */
    private static final class Once {
        private static final String NAME = find();
    }

    private static String find() {
        try {
            InetAddress machine = InetAddress.getLocalHost();
            String canonical = machine.getCanonicalHostName();
            return isName(canonical) ? canonical : machine.getHostName();
        } catch (UnknownHostException e) {
            return NAMELESS;
        }
    }

    private static boolean isName(String text) {
        return new AddressValue().parse(text).isEmpty() && !text.equals("localhost");
    }
}
