/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;
import java.util.Map;

/**
 * What an administrator can ask of the running queue manager, in types that need no classes of ours
 * on the way. What goes wrong is an {@link IllegalArgumentException} for a question that makes no
 * sense, or an {@link IllegalStateException} when the server cannot do it now, each with the reason.
 *
 * <p>Nothing here takes or gives a whole queue. What concerns many messages goes in pages: the first
 * call has an empty cursor, each further one the cursor of the page before, until that is empty. A
 * page may be empty and not the last: each call looks at a bounded number of messages. Messages come
 * in the order of their ids, which is that of their acceptance; one that is there all the time comes
 * exactly once, one that comes or goes meanwhile at most once.
 *
 * <p>Times are milliseconds since 1970, spans of time seconds, sizes bytes. Texts are never null,
 * what is unknown is empty.
 */
public interface QueueManagerMXBean {

    // ------------------------------------------------------------------ state, for monitoring

    /** How many messages wait that are new or were given back. */
    long getIncomingCount();

    /** How many messages are in work. */
    long getActiveCount();

    /** How many messages wait for a further attempt, or for a time that was asked for. */
    long getDeferredCount();

    /** How many messages are on hold. */
    long getHoldCount();

    /** How many damaged files are kept for a person to look at. */
    long getCorruptCount();

    /** How many messages are stored, for each transport that has any. */
    Map<String, Long> getTransportCounts();

    /** How many messages are in work, for each transport that has any. */
    Map<String, Integer> getInWork();

    /** What the store fails at now; empty if it works. */
    String getStoreTrouble();

    /** What is suspended by hand, in the form that {@link #suspend} takes. */
    List<String> getSuspensions();

    /** Whether new mail is refused ({@link #drain}). */
    boolean isDraining();

    /** Whether nothing is new and nothing in work: what is left waits for a time or is on hold. */
    boolean isStill();

    /** Messages, bytes and the oldest message of each transport and queue. Costs no reading of files. */
    List<QueueTotalRow> totals();

    // ------------------------------------------------------------------ looking

    /**
     * A page of messages. Without queues in the selection it is all but the corrupt ones.
     *
     * @param limit most messages; the server may give fewer
     */
    MessagePage list(Selection selection, String cursor, int limit);

    /**
     * All that is known of a message, and why it is where it is.
     *
     * @return null if there is none with this id
     */
    MessageDetails show(String id);

    /**
     * A part of the content, header and body as they are stored.
     *
     * @return shorter than asked for only at the end; empty beyond it; null if there is no such message
     */
    byte[] content(String id, long offset, int length);

    // ------------------------------------------------------------------ actions

    /** Deletes messages for good, as {@code postsuper -d}. */
    ActionPage delete(Selection selection, String cursor);

    /**
     * Puts messages on hold, as {@code postsuper -h}. Without queues in the selection it is incoming,
     * active and deferred.
     */
    ActionPage hold(Selection selection, String cursor);

    /**
     * Takes messages off hold, as {@code postsuper -H}: they wait in deferred for the time they had
     * before. Says of each whether it is past its lifetime. Without queues in the selection it is hold.
     */
    ActionPage release(Selection selection, String cursor);

    /**
     * Lets what is left of messages run through the mailet pipeline again, as {@code postsuper -r}:
     * under a new id, which the result names, with lifetime and backoff beginning anew.
     */
    ActionPage requeue(Selection selection, String cursor);

    /**
     * Has messages returned to their senders, with the reasons recorded so far, at their next
     * handling; nothing is tried any more. As {@code postsuper -e}.
     */
    ActionPage expire(Selection selection, String cursor);

    // ------------------------------------------------------------------ flush

    /**
     * Tries all deferred mail of the delivery transports at once, as {@code postqueue -f}. What is
     * suspended by hand stays so.
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

    /**
     * As {@link #flushMessage}, for many, and says what became of each. Messages of which a delay was
     * asked for are released only if the selection names their ids.
     */
    ActionPage flushMessages(Selection selection, String cursor);

    // ------------------------------------------------------------------ corrupt queue

    /** The files in the corrupt queue, by name. People look at them: there are few. */
    List<CorruptFileRow> listCorrupt();

    /**
     * What can still be read of a damaged message.
     *
     * @param name of the file, as listed
     * @return null if there is no such file, or nothing of it is readable
     */
    MessageDetails showCorrupt(String name);

    /** A part of a damaged file, byte for byte; as {@link #content}. */
    byte[] corruptContent(String name, long offset, int length);

    /**
     * Deletes a damaged file for good.
     *
     * @return whether it was there
     */
    boolean deleteCorrupt(String name);

    // ------------------------------------------------------------------ suspend, resume, drain

    /**
     * Suspends by hand: durably, over restarts, and no flush lifts it. Says nothing if it was suspended
     * already. What is under way ends as it may. Mail that is suspended is not returned to its sender
     * for its age.
     *
     * @param what {@code all}; {@code smtp:} for a transport; {@code smtp:example.org} for a nexthop or
     *     recipient domain of a transport
     */
    void suspend(String what);

    /**
     * Lifts what was suspended with the same words. What was deferred because of it waits for its time,
     * or a flush.
     *
     * @return whether it was suspended
     */
    boolean resume(String what);

    /**
     * Refuses new mail from here on, with a temporary failure; mail that comes of mail that is queued
     * goes on. Ends with {@link #endDrain} or the server.
     */
    void drain();

    /** Takes new mail again. */
    void endDrain();

    // ------------------------------------------------------------------ shape, destinations

    /**
     * What the queues are full of, and since when: {@code qshape}. Reads every envelope of the
     * queues, which takes a minute for a million messages.
     *
     * @param queues names; none means incoming and active
     * @param by {@code recipient} counts pending recipients by domain, {@code sender} messages by the
     *     domain of their sender, where the null sender is {@code MAILER-DAEMON}, and {@code reason}
     *     pending recipients by why they wait, with addresses left out
     * @param minutes upper bounds of the age buckets, rising; one bucket more has what is older
     * @param rows most of them; what the others have is counted in {@link ShapeTable#getRest}
     */
    ShapeTable shape(List<String> queues, String by, List<Long> minutes, int rows);

    /** The destinations that have mail in work or are dead, the busiest first. */
    List<DestinationRow> destinations();

    // ------------------------------------------------------------------ configuration

    /**
     * Reads {@code conf/qmgr.xml} again. What can change while the server runs takes effect, of the rest
     * the log says that it needs a restart; a file with mistakes changes nothing.
     */
    void reload();
}
