/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

/** The same while every message has a file from the beginning, as when more come than are done. */
class FaultSweepOfFilesTest extends FaultSweepTest {

    @Override
    Trial trial() {
        return Trial.of(Scenario::runInFiles);
    }
}
