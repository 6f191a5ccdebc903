/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;

/** Some messages, and where to go on. */
public interface MessagePage {

    List<MessageRow> getMessages();

    /** For the next page; empty after the last. */
    String getCursor();
}
