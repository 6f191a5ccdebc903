/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;

/**
 * Why a message is where it is, in sentences for a person.
 *
 * @param where in which state it is
 * @param why the reason for that
 * @param next when it is tried next, or what it waits for
 * @param changes what would change that
 */
public record Explanation(String where, String why, String next, List<String> changes) {

    public Explanation {
        changes = List.copyOf(changes);
    }
}
