/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

/** Where a conversation stands, in the words of Postfix's texts. */
enum Phase {
    GREETING("receiving the initial server greeting", "greeting"),
    EHLO("performing the EHLO handshake", "EHLO command"),
    HELO("performing the HELO handshake", "HELO command"),
    STARTTLS("receiving the STARTTLS response", "STARTTLS command"),
    TLS("performing the TLS handshake", "TLS handshake"),
    AUTH("performing the SASL authentication", "AUTH command"),
    MAIL("sending MAIL FROM", "MAIL FROM command"),
    RCPT("sending RCPT TO", "RCPT TO command"),
    DATA("sending DATA command", "DATA command"),
    CONTENT("sending message body", "message body"),
    DOT("sending end of data -- message may be sent more than once", "end of DATA command"),
    RSET("sending final RSET", "final RSET command"),
    QUIT("sending QUIT", "QUIT command");

    private final String doing;
    private final String command;

    Phase(String doing, String command) {
        this.doing = doing;
        this.command = command;
    }

    /** "... while" this. */
    String doing() {
        return doing;
    }

    /** "in reply to" this. */
    String command() {
        return command;
    }
}
