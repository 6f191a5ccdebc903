/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last lines of a conversation with a server, without credentials and content of mail, and whether
 * the server did not keep to the protocol. For one thread at a time.
 */
final class Transcript {

    private static final int LINES = 100;
    private static final int LONGEST_LINE = 512;
    private static final String MASK = "****";

    private record Line(String mark, String text) {}

    private final boolean kept;
    private final Deque<Line> lines = new ArrayDeque<>();
    private List<String> secrets = List.of();
    private boolean cut;
    private Optional<Phase> unexpected = Optional.empty();

    /**
     * @param kept false if nobody will ask for it: then it costs nothing
     */
    Transcript(boolean kept) {
        this.kept = kept;
    }

    /** We said this. */
    void out(String line) {
        add(" Out: ", line);
    }

    /** We said a credential, perhaps after words that are none. */
    void secret(String words) {
        add(" Out: ", words + MASK);
    }

    /** The server said this. */
    void in(String line) {
        add(" In:  ", masked(line));
    }

    void in(SmtpReply reply) {
        if (kept) {
            reply.lines().forEach(this::in);
        }
    }

    /** From here on the server may repeat these, which are not shown. */
    void hide(List<String> texts) {
        secrets = texts.stream().filter(text -> !text.isEmpty()).toList();
    }

    /** We take this for a refusal. */
    void refused(Phase phase, SmtpReply reply) {
        if (reply.unexpected()) {
            unexpected(phase);
        }
    }

    /** The server did not keep to the protocol. */
    void unexpected(Phase phase) {
        if (unexpected.isEmpty()) {
            unexpected = Optional.of(phase);
        }
    }

    /** When it first did not, since the last {@link #clear}. */
    Optional<Phase> unexpected() {
        return unexpected;
    }

    /** What follows is another mail. */
    void clear() {
        lines.clear();
        cut = false;
        unexpected = Optional.empty();
    }

    /** As Postfix writes it. */
    List<String> lines() {
        List<String> text = new ArrayList<>();
        if (cut) {
            text.add(" ...");
        }
        lines.forEach(line -> text.add(line.mark() + line.text().replaceAll("\\p{Cntrl}", "?")));
        return text;
    }

    private void add(String mark, String text) {
        if (!kept) {
            return;
        }
        if (lines.size() == LINES) {
            lines.remove();
            cut = true;
        }
        boolean fits = text.length() <= LONGEST_LINE;
        lines.add(new Line(mark, fits ? text : text.substring(0, LONGEST_LINE) + "..."));
    }

    private String masked(String line) {
        String masked = line;
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }
}
