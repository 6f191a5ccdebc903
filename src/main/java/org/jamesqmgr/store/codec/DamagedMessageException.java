/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.codec;

import java.io.IOException;

/** What is stored of a message is not what was once written. The message says in what. */
public final class DamagedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    public DamagedMessageException(String message) {
        super(message);
    }

    public DamagedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
