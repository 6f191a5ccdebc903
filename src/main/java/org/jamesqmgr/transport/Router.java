/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.Destination;
import org.jamesqmgr.model.Envelope;

/** Says where a recipient's mail goes. Safe for use by any thread; does no I/O. */
@FunctionalInterface
public interface Router {

    /** Asked anew whenever a message becomes active, so that a changed route takes effect at once. */
    Destination route(Envelope envelope, MailAddress recipient);
}
