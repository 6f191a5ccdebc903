/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

/**
 * What an administrator can ask of the running queue manager. What goes wrong is an {@link
 * IllegalArgumentException} or an {@link IllegalStateException} with the reason, so that no client
 * needs classes of ours.
 */
public interface QueueManagerMXBean {

    /**
     * Reads {@code conf/qmgr.xml} again. What can change while the server runs takes effect, of the rest
     * the log says that it needs a restart; a file with mistakes changes nothing.
     */
    void reload();

    /**
     * Tries all deferred mail of the delivery transports at once, as {@code postqueue -f}.
     *
     * @return how many messages were made due
     */
    long flush();

    /**
     * Tries the deferred mail for a domain at once, as {@code postqueue -s}.
     *
     * @return how many messages were made due
     */
    long flushSite(String domain);

    /** Tries one message at once, as {@code postqueue -i}; an unknown id does nothing. */
    void flushMessage(String id);
}
