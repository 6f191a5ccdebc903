/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Connects to {@code port} of this host and keeps the mail for as long as the other side stays. */
public final class WaitForPeer extends GenericMailet {

    @Override
    public void service(Mail mail) throws MessagingException {
        int port = Integer.parseInt(getInitParameter("port"));
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            while (peer.getInputStream().read() >= 0) {
                // Still there.
            }
        } catch (IOException e) {
            throw new MessagingException("lost the peer", e);
        }
    }
}
