/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.function.LongSupplier;

/** What the deliveries of an agent share. */
record SmtpParts(
        SmtpSettings settings,
        Exchangers exchangers,
        Connector connector,
        SessionOpener opener,
        ConnectionCache cache,
        ProtocolNotices notices,
        LongSupplier nanoTime) {}
