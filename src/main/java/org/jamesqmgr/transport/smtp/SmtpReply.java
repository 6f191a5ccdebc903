/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jamesqmgr.model.DeliveryStatus;
import org.jamesqmgr.model.EnhancedStatusCode;

/**
 * What a server answered (RFC 5321 section 4.2), with its enhanced status code (RFC 2034).
 *
 * @param lines without line ends, at least one, each of the form of a reply
 */
record SmtpReply(List<String> lines) {

    /** The server is about to close the connection, whatever it was asked. */
    static final int CLOSING = 421;

    /** MAIL or RCPT came with a parameter that the server does not know (RFC 5321, 4.1.1.11). */
    private static final int UNKNOWN_PARAMETER = 555;

    /** As much of a reply as texts quote. */
    private static final int QUOTED = 2048;

    private static final Pattern LINE = Pattern.compile("\\d{3}(?:[ -].*)?", Pattern.DOTALL);
    private static final Pattern STATUS =
            Pattern.compile("(\\d)\\d\\d +(\\d\\.\\d{1,3}\\.\\d{1,3})(?: .*)?", Pattern.DOTALL);

    SmtpReply {
        lines = List.copyOf(lines);
    }

    static boolean isLine(String line) {
        return LINE.matcher(line).matches();
    }

    /** Whether more lines of the same reply follow this one. */
    static boolean continues(String line) {
        return line.length() > 3 && line.charAt(3) == '-';
    }

    /** Of the last line, which decides. */
    int code() {
        return Integer.parseInt(last().substring(0, 3));
    }

    boolean positive() {
        return code() / 100 == 2;
    }

    boolean intermediate() {
        return code() / 100 == 3;
    }

    boolean closing() {
        return code() == CLOSING;
    }

    /**
     * Whether a refusal says that one of the two does not keep to the protocol: no code of a refusal at
     * all, or that the command is wrong (RFC 5321, 4.2.1: x0z), which it is not.
     */
    boolean unexpected() {
        int code = code();
        return code < 400 || code >= 600 || code / 10 == 50 || code == UNKNOWN_PARAMETER;
    }

    /** All lines, with their codes; cut if a server raves. */
    String text() {
        String text = String.join("\n", lines);
        return text.length() > QUOTED ? text.substring(0, QUOTED) : text;
    }

    /** What follows the code of the last line. */
    String argument() {
        return last().length() > 4 ? last().substring(4) : "";
    }

    /**
     * The enhanced code of the last line if it is of the same class as the reply, or {@code x.0.0}. A
     * reply that is neither success nor failure where one is due is the server's mistake: {@code
     * 5.5.0}.
     */
    EnhancedStatusCode status() {
        int statusClass = code() / 100;
        if (statusClass != 2 && statusClass != 4 && statusClass != 5) {
            return new EnhancedStatusCode(EnhancedStatusCode.PERMANENT, 5, 0);
        }
        Matcher matcher = STATUS.matcher(last());
        return matcher.matches() && matcher.group(1).charAt(0) == matcher.group(2).charAt(0)
                ? EnhancedStatusCode.parse(matcher.group(2)).orElseThrow()
                : new EnhancedStatusCode(statusClass, 0, 0);
    }

    /** A refusal. A success where none is possible is the server's mistake. */
    DeliveryStatus refusal(Peer peer, Phase phase) {
        String reason =
                "host %s said: %s (in reply to %s)".formatted(peer.name(), text(), phase.command());
        EnhancedStatusCode code =
                positive() ? new EnhancedStatusCode(EnhancedStatusCode.PERMANENT, 5, 0) : status();
        return because(peer, code, reason);
    }

    DeliveryStatus because(Peer peer, EnhancedStatusCode code, String reason) {
        return new DeliveryStatus(code, reason, text(), peer.hostName());
    }

    private String last() {
        return lines.get(lines.size() - 1);
    }
}
