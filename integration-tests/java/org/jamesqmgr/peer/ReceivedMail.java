/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.peer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A mail as a {@link SmtpSink} or a mailbox got it. Immutable. */
public final class ReceivedMail {

    private final String sender;
    private final List<String> recipients;
    private final String content;

    ReceivedMail(String sender, List<String> recipients, byte[] content) {
        this.sender = sender;
        this.recipients = List.copyOf(recipients);
        this.content = new String(content, StandardCharsets.ISO_8859_1);
    }

    /** From a mailbox, where the envelope is gone. */
    public static ReceivedMail withoutEnvelope(byte[] content) {
        return new ReceivedMail("", List.of(), content);
    }

    /** Empty for the null sender. */
    public String sender() {
        return sender;
    }

    public List<String> recipients() {
        return recipients;
    }

    /** Headers and body; a character is a byte. */
    public String content() {
        return content;
    }

    /** What follows the first empty line. */
    public String body() {
        int end = content.indexOf("\r\n\r\n");
        return end < 0 ? "" : content.substring(end + 4);
    }

    /** The first line of a header, without the white space around its value. */
    public Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return content.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    @Override
    public String toString() {
        return sender + " -> " + recipients + ", " + content.length() + " bytes";
    }
}
