/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

import java.time.Instant;
import java.util.Optional;
import org.jamesqmgr.model.QueuedMessage;

/**
 * What is kept of a damaged message.
 *
 * @param name by which it is asked for: its id, with more behind it where there are several
 * @param size of all of it, in bytes
 * @param modified when it was changed last
 * @param reason what is wrong with it, as far as that can be said now
 * @param readable envelope and all, as far as it can still be read; for a person to look at only
 * @param contentOffset where the content begins in it; -1 if that cannot be told
 */
public record DamagedFile(
        String name,
        long size,
        Instant modified,
        String reason,
        Optional<QueuedMessage> readable,
        long contentOffset) {}
