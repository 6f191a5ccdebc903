/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of standard input, which may be endless, binary, or one endless line. Read once. */
final class IdStream {

    /** No id is so long; the rest of the line does not matter. */
    private static final int LONGEST = 300;

    private final InputStream in;

    IdStream(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line; empty at the end. */
    Optional<String> next() {
        try {
            int c = in.read();
            if (c < 0) {
                return Optional.empty();
            }
            StringBuilder line = new StringBuilder();
            for (; c >= 0 && c != '\n'; c = in.read()) {
                if (line.length() < LONGEST) {
                    line.append((char) c);
                }
            }
            return Optional.of(line.toString());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Whether the next line has not been written yet, so that asking for it would wait. */
    boolean waits() {
        try {
            return in.available() == 0;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static FatalException unreadable(IOException e) {
        return FatalException.badRequest("cannot read standard input: " + e.getMessage());
    }
}
