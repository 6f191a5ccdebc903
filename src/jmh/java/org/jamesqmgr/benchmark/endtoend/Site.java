/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the servers of a run have in common.
 *
 * @param root each server has its home in it
 * @param packaged the server home that the build has left, ours
 * @param sink the port where all mail is sent
 * @param backlog how many messages a server with a deep queue starts with
 */
record Site(Path root, Path packaged, int sink, int backlog, String heap, List<String> jvmOptions) {

    static final String LOOPBACK = "127.0.0.1";

    Site {
        jvmOptions = List.copyOf(jvmOptions);
    }

    Path home(String name) {
        return root.resolve(name);
    }

    /** What James keeps aside while it takes mail in belongs to the disk that is measured. */
    List<String> options(Path home) {
        List<String> options = new ArrayList<>();
        options.add("-Xmx" + heap);
        options.add("-Djava.io.tmpdir=" + home.resolve("temp"));
        options.addAll(jvmOptions);
        return options;
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
