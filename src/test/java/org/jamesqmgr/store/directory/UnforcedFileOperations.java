/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.nio.file.Path;

/** Forces nothing to disk: fast, and wrong for mail that matters. */
final class UnforcedFileOperations extends ForwardingFileOperations {

    UnforcedFileOperations(FileOperations files) {
        super(files);
    }

    @Override
    OpenFile writable(OpenFile file) {
        return new ForwardingFile(file) {
            @Override
            public void force() {}

            @Override
            public void forceBytes() {}
        };
    }

    @Override
    public void forceDirectory(Path path) {}
}
