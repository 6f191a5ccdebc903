/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What sends and what receives: the same for all servers of a run. */
record Tools(Source source, Sink sink) {

    /** Whose they are. */
    enum Choice {
        /** Postfix's if they are installed, otherwise our own. */
        AUTO,
        POSTFIX,
        JAVA
    }

    /**
     * Gets them ready.
     *
     * @param root for the log of the sink
     */
    static Tools choose(Choice choice, Path root) throws IOException, InterruptedException {
        Optional<Path> source = Programs.find("smtp-source");
        Optional<Path> sink = Programs.find("smtp-sink");
        boolean installed = source.isPresent() && sink.isPresent();
        if (choice == Choice.JAVA || (choice == Choice.AUTO && !installed)) {
            return new Tools(new JavaSource(), JavaSink.open());
        }
        if (!installed) {
            throw new IOException("smtp-source and smtp-sink are not installed");
        }
        return new Tools(
                new SmtpSourceProgram(source.orElseThrow()),
                SmtpSinkProgram.start(sink.orElseThrow(), root.resolve("smtp-sink.log")));
    }
}
