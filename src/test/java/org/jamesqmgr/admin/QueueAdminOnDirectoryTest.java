/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** An administrator's work on a queue directory. */
class QueueAdminOnDirectoryTest extends QueueAdminTest {

    @TempDir private Path temporary;

    @Override
    QueueAdminFixture queues() throws Exception {
        return QueueAdminFixture.inDirectory(temporary.resolve("qmgr"));
    }
}
