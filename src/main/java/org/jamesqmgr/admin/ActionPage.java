/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;

/**
 * What became of an action on some messages.
 *
 * @param cursor where the next page begins; empty after the last
 */
public record ActionPage(List<ActionResult> results, String cursor) {

    public ActionPage {
        results = List.copyOf(results);
    }
}
