/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

/** What every store promises, kept by a server that works on what it accepts. */
class ReservedMailContractTest extends ArtemisMessageStoreTest {

    @Override
    void opened(ArtemisMessageStore started) {
        started.serve(SPOOL);
        started.serve(SMTP);
    }
}
