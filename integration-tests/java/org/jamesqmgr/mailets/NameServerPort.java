/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import javax.inject.Inject;
import org.apache.james.dnsservice.api.DNSService;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.xbill.DNS.Lookup;

/**
 * Has the server ask its name servers at {@code port}: James can be told their addresses only, and the
 * usual port is not for a test to listen at. Does nothing to mail.
 */
public final class NameServerPort extends GenericMailet {

    /** James's name service is to be set up before: it makes itself the default of the library. */
    @Inject
    public NameServerPort(DNSService nameService) {
        assert nameService != null;
    }

    @Override
    public void init() {
        Lookup.getDefaultResolver().setPort(Integer.parseInt(getInitParameter("port")));
    }

    @Override
    public void service(Mail mail) {
        // Only its start matters.
    }
}
