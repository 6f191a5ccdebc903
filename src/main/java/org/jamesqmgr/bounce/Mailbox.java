/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.nio.charset.Charset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a report is from.
 *
 * @param name to be shown; may be empty
 * @param address a local part alone stands for one at this host
 */
record Mailbox(String name, String address) {

    static final Mailbox MAILER_DAEMON = new Mailbox("Mail Delivery System", "MAILER-DAEMON");

    private static final String ADDRESS = "([!#-'*+/-9=?A-Z^-~.-]+(?:@[A-Za-z0-9._\\[\\]:-]+)?)";
    private static final Pattern NAME_FIRST = Pattern.compile("(.*?)\\s*<" + ADDRESS + ">");
    private static final Pattern NAME_LAST = Pattern.compile(ADDRESS + "(?:\\s+\\((.*)\\))?");

    /**
     * Reads {@code MAILER-DAEMON (Mail Delivery System)}, as Postfix's own templates have it, {@code Mail Delivery
     * System <MAILER-DAEMON>}, or an address alone.
     */
    static Optional<Mailbox> parse(String text) {
        Matcher first = NAME_FIRST.matcher(text);
        if (first.matches()) {
            return Optional.of(new Mailbox(unquoted(first.group(1)), first.group(2)));
        }
        Matcher last = NAME_LAST.matcher(text);
        return last.matches()
                ? Optional.of(
                        new Mailbox(Optional.ofNullable(last.group(2)).orElse(""), last.group(1)))
                : Optional.empty();
    }

    /** The value of a From field. */
    String asHeader(String host, Charset charset) {
        String whole = address.contains("@") ? address : address + "@" + host;
        return name.isEmpty() ? whole : HeaderLines.phrase(name, charset) + " <" + whole + ">";
    }

    private static String unquoted(String phrase) {
        boolean quoted = phrase.length() > 1 && phrase.startsWith("\"") && phrase.endsWith("\"");
        return quoted
                ? phrase.substring(1, phrase.length() - 1).replaceAll("\\\\(.)", "$1")
                : phrase;
    }
}
