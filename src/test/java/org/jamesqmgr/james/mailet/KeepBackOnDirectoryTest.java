/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.nio.file.Path;
import org.jamesqmgr.store.MessageStore;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.DirectoryMessageStore;
import org.junit.jupiter.api.io.TempDir;

/** The same on files. */
class KeepBackOnDirectoryTest extends KeepBackTest {

    @TempDir private Path directory;

    @Override
    MessageStore open() throws MessageStoreException {
        return DirectoryMessageStore.open(directory.resolve("qmgr"), clock);
    }
}
