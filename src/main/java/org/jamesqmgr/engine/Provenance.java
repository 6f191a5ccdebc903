/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.engine;

import java.util.Optional;
import org.jamesqmgr.bounce.Audience;
import org.jamesqmgr.bounce.ReportKind;
import org.jamesqmgr.model.QueueId;

/**
 * Where a message came from, for the log.
 *
 * @param clientName the host that sent it to us; empty if none did
 * @param clientAddress its address; empty if no host sent it
 * @param mailName James's name of the mail; empty if there is none
 * @param messageId the Message-ID header as it stands, brackets and all; empty if there is none
 * @param origin the message it was made from
 * @param report what it is of that message, if it is a report
 */
public record Provenance(
        String clientName,
        String clientAddress,
        String mailName,
        String messageId,
        Optional<QueueId> origin,
        Optional<Reporting> report) {

    public static final Provenance UNKNOWN = new Provenance("", "", "", "", Optional.empty());

    /** Of what a report tells, and whom. */
    public record Reporting(ReportKind kind, Audience audience) {}

    /** Of what is no report. */
    public Provenance(
            String clientName,
            String clientAddress,
            String mailName,
            String messageId,
            Optional<QueueId> origin) {
        this(clientName, clientAddress, mailName, messageId, origin, Optional.empty());
    }
}
