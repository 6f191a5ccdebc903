/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

/** Reads the configuration of the running queue manager again. */
@FunctionalInterface
public interface Reload {

    /**
     * What can change takes effect, of the rest the log says that it needs a restart.
     *
     * @throws Exception with all that is wrong with the configuration, which then changes nothing
     */
    void reload() throws Exception;
}
