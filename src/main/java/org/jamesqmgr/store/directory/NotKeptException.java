/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;

/** The file was still being written when its server died: nobody was told that it is accepted. */
final class NotKeptException extends IOException {

    private static final long serialVersionUID = 1L;

    NotKeptException() {
        super("never accepted");
    }
}
