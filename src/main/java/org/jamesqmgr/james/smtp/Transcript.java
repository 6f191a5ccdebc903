/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.james.protocols.api.Response;

/**
 * The last {@value #LIMIT} commands and replies of a session. Keeps references to what James has
 * made anyway; text is made of it only when it is read. Lines are kept up to {@value
 * Printable#LONGEST} bytes, so that a session costs no more than some tens of kilobytes whatever
 * its client sends. No secret is kept.
 *
 * <p>One thread at a time.
 */
final class Transcript {

    static final int LIMIT = 100;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Secrets secrets = new Secrets();
    private Optional<Secrets.Masked> masked = Optional.empty();
    private boolean longLine;
    private int left;

    @FunctionalInterface
    private interface Entry {
        List<String> text();
    }

    /** What the client said. */
    void in(byte[] line) {
        masked = secrets.mask(line);
        // Replies may quote it.
        longLine = line.length > Printable.LONGEST;
        if (masked.isPresent()) {
            String shown = masked.get().shown();
            add(() -> List.of(" In:  " + shown));
        } else {
            // One byte more shows that it was longer.
            byte[] kept = longLine ? Arrays.copyOf(line, Printable.LONGEST + 1) : line;
            add(() -> List.of(" In:  " + Printable.line(kept)));
        }
    }

    /** Whether the client's latest line has a secret in it. */
    boolean hidesLatest() {
        return masked.isPresent();
    }

    /** What it was told. */
    void out(Response reply) {
        if (longLine || masked.isPresent()) {
            List<String> text = text(reply, masked);
            add(() -> text);
        } else {
            add(() -> text(reply, Optional.empty()));
        }
    }

    private static List<String> text(Response reply, Optional<Secrets.Masked> masked) {
        List<String> text = new ArrayList<>();
        for (CharSequence line : reply.getLines()) {
            String said = line.toString();
            text.add(" Out: " + Printable.line(masked.map(each -> each.mask(said)).orElse(said)));
        }
        return text;
    }

    private void add(Entry entry) {
        if (entries.size() == LIMIT) {
            entries.removeFirst();
            left++;
        }
        entries.addLast(entry);
    }

    /** Whether the next command and its reply would push something out. */
    boolean full() {
        return entries.size() > LIMIT - 2;
    }

    /** All that is kept, a line for each command and each line of a reply. */
    List<String> text() {
        List<String> text = new ArrayList<>();
        if (left > 0) {
            text.add(" ... " + left + " commands and replies before these");
        }
        entries.forEach(entry -> text.addAll(entry.text()));
        return text;
    }

    /** What was told need not be told again. */
    void forget() {
        left += entries.size();
        entries.clear();
    }
}
