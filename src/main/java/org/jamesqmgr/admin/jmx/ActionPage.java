/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;

/** What became of an action on some messages, and where to go on. */
public interface ActionPage {

    /** One for each message, in the order of the ids that were given. */
    List<ActionRow> getResults();

    /** For the next page; empty after the last. */
    String getCursor();
}
