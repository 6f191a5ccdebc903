/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.Optional;

/** Opens a view of the queues: of the server or, if it is down, of the files. */
final class Viewing {

    private Viewing() {}

    /**
     * @throws UnavailableException if the server cannot be asked, and the files cannot be read either
     */
    static QueueView open(Connecting connecting, Console console) throws UnavailableException {
        try {
            return new ServerView(connecting.open());
        } catch (UnavailableException e) {
            Optional<QueueView> files =
                    e.isDown() && connecting.local()
                            ? DirectoryView.of(connecting.conf(), console)
                            : Optional.empty();
            if (files.isEmpty()) {
                throw e;
            }
            console.warn(
                    "Mail system is down -- accessing queue directly (" + e.getMessage() + ")");
            return files.get();
        }
    }
}
