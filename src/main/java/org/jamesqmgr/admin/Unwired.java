/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;

/**
 * Parameters that are set but have no effect, since what acts on them has no place in James's own
 * configuration.
 *
 * @param reasons a line for each: the parameter, the file, what to add there
 */
public record Unwired(List<String> reasons) {

    public Unwired {
        reasons = List.copyOf(reasons);
    }
}
