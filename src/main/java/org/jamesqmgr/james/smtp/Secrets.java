/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Takes passwords and tokens out of what a client says. Hidden are the argument of every AUTH, in
 * whichever form and however badly written, and whatever follows an AUTH without being a command:
 * clients that do not wait send their password even if the AUTH was refused.
 *
 * <p>One for each session; one thread at a time.
 */
final class Secrets {

    private static final String HIDDEN = "***";
    private static final byte[] AUTH = "AUTH".getBytes(StandardCharsets.US_ASCII);

    private static final Set<String> MECHANISMS =
            Set.of(
                    "PLAIN",
                    "LOGIN",
                    "CRAM-MD5",
                    "DIGEST-MD5",
                    "XOAUTH2",
                    "OAUTHBEARER",
                    "EXTERNAL",
                    "ANONYMOUS",
                    "GSSAPI",
                    "NTLM",
                    "SCRAM-SHA-1",
                    "SCRAM-SHA-256");

    private static final Set<String> COMMANDS =
            Set.of(
                    "HELO",
                    "EHLO",
                    "LHLO",
                    "MAIL",
                    "RCPT",
                    "DATA",
                    "RSET",
                    "NOOP",
                    "QUIT",
                    "VRFY",
                    "EXPN",
                    "HELP",
                    "STARTTLS",
                    "ETRN",
                    "BDAT");

    private boolean afterAuth;

    /**
     * A line with a secret in it.
     *
     * @param shown what of the line may be kept
     * @param words what may not, in a reply neither
     */
    record Masked(String shown, List<String> words) {

        Masked {
            words = List.copyOf(words);
        }

        /** A reply to the line. */
        String mask(String reply) {
            String upper = reply.toUpperCase(Locale.ROOT);
            boolean tells =
                    words.stream().anyMatch(word -> upper.contains(word.toUpperCase(Locale.ROOT)));
            return tells ? reply.substring(0, Math.min(4, reply.length())) + HIDDEN : reply;
        }
    }

    /** Empty if there is nothing to hide in this line. */
    Optional<Masked> mask(byte[] line) {
        if (isAuth(line)) {
            afterAuth = true;
            return Optional.of(maskedAuth(words(line)));
        }
        if (!afterAuth) {
            return Optional.empty();
        }
        List<String> words = words(line);
        if (words.isEmpty() || isCommand(words.get(0))) {
            afterAuth = false;
            return Optional.empty();
        }
        return Optional.of(new Masked(HIDDEN, words));
    }

    private static Masked maskedAuth(List<String> words) {
        StringBuilder shown = new StringBuilder("AUTH");
        List<String> hidden = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String upper = word.toUpperCase(Locale.ROOT);
            if (i == 0 && upper.equals("AUTH")) {
                continue;
            }
            if (i == 1 && MECHANISMS.contains(upper)) {
                shown.append(' ').append(word);
            } else {
                hidden.add(word);
            }
        }
        return new Masked(hidden.isEmpty() ? shown.toString() : shown + " " + HIDDEN, hidden);
    }

    private static boolean isCommand(String word) {
        int colon = word.indexOf(':');
        String verb = colon < 0 ? word : word.substring(0, colon);
        return COMMANDS.contains(verb.toUpperCase(Locale.ROOT));
    }

    private static List<String> words(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? List.of() : List.of(text.split("[\\s\\p{Cntrl}]+"));
    }

    /** Whether the first letters or digits of the line are AUTH; makes no objects. */
    private static boolean isAuth(byte[] line) {
        int start = 0;
        while (start < line.length && !isLetterOrDigit(line[start])) {
            start++;
        }
        if (line.length - start < AUTH.length) {
            return false;
        }
        for (int i = 0; i < AUTH.length; i++) {
            // Clearing this bit makes a letter large.
            if ((line[start + i] & ~0x20) != AUTH[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(byte b) {
        return isWithin(b, 'a', 'z') || isWithin(b, 'A', 'Z') || isWithin(b, '0', '9');
    }

    private static boolean isWithin(byte b, char first, char last) {
        return b >= first && b <= last;
    }
}
