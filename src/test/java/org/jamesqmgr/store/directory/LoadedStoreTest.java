/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.nio.file.Files;
import java.nio.file.Path;

/** The same promises, kept by a store that learns of all deferred mail after it was opened. */
class LoadedStoreTest extends DirectoryMessageStoreTest {

    @Override
    DirectoryMessageStore open(Path path) throws Exception {
        Files.createDirectories(path);
        FileOperations files = new DiskFileOperations();
        DirectoryMessageStore store = DirectoryMessageStore.open(path, clock(), files, false, 0);
        store.load();
        return store;
    }
}
