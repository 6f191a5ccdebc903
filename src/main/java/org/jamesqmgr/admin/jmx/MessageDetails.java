/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;
import java.util.Map;

/** All that is known of one message but its content. */
public interface MessageDetails {

    MessageRow getMessage();

    /** All recipients, also those that are done, in the order of the envelope. */
    List<RecipientRow> getRecipients();

    /** The attempts so far, the oldest first; bounded, the last one of each open recipient is there. */
    List<AttemptRow> getHistory();

    /** Base of lifetime and backoff. */
    long getCreated();

    /** How often it was given out and came back. */
    int getAttempts();

    /** How often the server died while it was worked on. */
    int getCrashes();

    /** 0 to 9, 5 is normal. */
    int getPriority();

    /** When its next failure is its last. */
    long getExpires();

    /** The sender's name for it (ENVID), in xtext; or empty. */
    String getEnvelopeId();

    /** The named attributes of the stored envelope. */
    Map<String, String> getAttributes();

    /** In a sentence: in which state it is. */
    String getWhere();

    /** In a sentence: why. */
    String getWhy();

    /** In a sentence: when it is tried next, or what it waits for. */
    String getNext();

    /** What would change that: commands and conditions, a sentence each. */
    List<String> getChanges();
}
