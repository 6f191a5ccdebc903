/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.util.List;

/**
 * Some messages of a listing.
 *
 * @param cursor where the next page begins; empty after the last. A page without messages need not be
 *     the last
 */
public record MessagePage(List<ListedMessage> messages, String cursor) {

    public MessagePage {
        messages = List.copyOf(messages);
    }
}
