/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A standard stream, buffered, in UTF-8; it remembers why it could not be written. */
final class Output extends PrintStream {

    private static final int BUFFER = 1 << 16;

    private final Watched stream;

    Output(OutputStream out) {
        this(new Watched(out));
    }

    private Output(Watched stream) {
        super(new BufferedOutputStream(stream, BUFFER), false, StandardCharsets.UTF_8);
        this.stream = stream;
    }

    /**
     * Why not all was written, once it has been tried; nothing if it was only that the reader had
     * enough.
     */
    Optional<String> failure() {
        flush();
        return stream.failure.filter(why -> !why.contains("Broken pipe"));
    }

    private static final class Watched extends FilterOutputStream {

        private Optional<String> failure = Optional.empty();

        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = Optional.of(String.valueOf(e.getMessage()));
                throw e;
            }
        }
    }
}
