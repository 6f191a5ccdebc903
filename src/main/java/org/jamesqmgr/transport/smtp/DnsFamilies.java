/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The kinds of addresses this machine can reach: IPv4, and IPv6 if it has an address for it itself. Looks at each call, since
 * networks come and go; asks nobody.
 */
final class DnsFamilies implements Predicate<InetAddress> {

    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern NUMERIC =
            Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    @Override
    public boolean test(InetAddress address) {
        return !(address instanceof Inet6Address) || hasLike(address);
    }

    private static boolean hasLike(InetAddress wanted) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(own -> own instanceof Inet6Address && reaches(own, wanted));
        } catch (SocketException e) {
            return false;
        }
    }

    private static boolean reaches(InetAddress own, InetAddress wanted) {
        return own.isLoopbackAddress() == wanted.isLoopbackAddress()
                && own.isLinkLocalAddress() == wanted.isLinkLocalAddress();
    }

    /** Whether the text is an address, so that no name is looked up. */
    static boolean isNumeric(String host) {
        return NUMERIC.matcher(host).matches();
    }
}
