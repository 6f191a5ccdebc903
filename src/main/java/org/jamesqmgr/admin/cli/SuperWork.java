/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jamesqmgr.admin.jmx.ActionPage;
import org.jamesqmgr.admin.jmx.ActionRow;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.Selection;
import org.jamesqmgr.model.QueueId;

/**
 * Carries out what postsuper is told, and says what became of each message. Ids come in any number:
 * they go to the server by the thousand.
 */
final class SuperWork {

    private static final int BATCH = 1_000;

    private final QueueManagerMXBean bean;
    private final Console console;
    private final List<String> namedQueues;
    private final boolean tryOut;
    private final boolean verbose;
    private boolean failed;
    private final Map<SuperAction, Long> counts = new EnumMap<>(SuperAction.class);

    /**
     * @param namedQueues to which everything is restricted; empty for the usual ones
     * @param tryOut whether only to say what would be done
     * @param verbose whether to name the new ids of requeued messages
     */
    SuperWork(
            QueueManagerMXBean bean,
            Console console,
            List<String> namedQueues,
            boolean tryOut,
            boolean verbose) {
        this.bean = bean;
        this.console = console;
        this.namedQueues = namedQueues;
        this.tryOut = tryOut;
        this.verbose = verbose;
    }

    /** On all messages of the selection. Names them only when trying out: there may be very many. */
    void onAll(SuperAction action, Selection selection) {
        count(action, 0);
        List<String> queues = action.queues(namedQueues);
        if (queues.isEmpty()) {
            return;
        }
        Selection restricted = selection.inQueues(queues);
        if (tryOut) {
            tryOut(action, restricted);
        } else {
            act(action, restricted, false);
        }
    }

    /** On a message that is named: what is no id is said to be none, what is not found is not done. */
    void onId(List<SuperAction> actions, String id) {
        List<String> batch = new ArrayList<>();
        take(actions, batch, id);
        onBatch(actions, batch);
    }

    /** {@link #onId} for many. Who writes an id and waits for the answer gets it. */
    void onIds(List<SuperAction> actions, IdStream ids) {
        List<String> batch = new ArrayList<>();
        for (Optional<String> id = ids.next(); id.isPresent(); id = ids.next()) {
            take(actions, batch, id.get());
            if (batch.size() == BATCH || ids.waits()) {
                onBatch(actions, batch);
            }
        }
        onBatch(actions, batch);
    }

    private void take(List<SuperAction> actions, List<String> batch, String id) {
        if (!Names.isQueueId(id)) {
            onBatch(actions, batch); // What came before is said before.
            console.warn("invalid mail queue id: " + Text.shortened(id));
        } else if (QueueId.parse(id).isPresent()) {
            batch.add(id);
        }
    }

    private void onBatch(List<SuperAction> actions, List<String> ids) {
        actions.forEach(action -> onBatch(action, ids));
        ids.clear();
        console.err().flush();
    }

    private void onBatch(SuperAction action, List<String> ids) {
        count(action, 0);
        List<String> queues = action.queues(namedQueues);
        if (!ids.isEmpty() && !queues.isEmpty()) {
            Selection selection = Selection.ids(ids).inQueues(queues);
            if (tryOut) {
                tryOut(action, selection);
            } else {
                act(action, selection, true);
            }
        }
    }

    private void tryOut(SuperAction action, Selection selection) {
        ServerView.list(
                bean,
                selection,
                mail -> {
                    console.say(mail.id() + ": " + action.wouldBe());
                    count(action, 1);
                    return true;
                });
    }

    private void act(SuperAction action, Selection selection, boolean tell) {
        Progress progress = new Progress(console, action.done());
        String cursor = "";
        do {
            ActionPage page = action.page(bean, selection, cursor);
            progress.end();
            page.getResults().forEach(row -> told(action, row, tell));
            cursor = page.getCursor();
            if (!tell) {
                progress.at(counts.get(action));
            }
        } while (!cursor.isEmpty());
        progress.end();
    }

    private void told(SuperAction action, ActionRow row, boolean tell) {
        switch (row.getOutcome()) {
            case "done" -> done(action, row, tell, "");
            case "later" -> done(action, row, tell, " once its delivery under way has ended");
            case "busy", "failed" -> {
                failed = true;
                console.warn(row.getId() + ": not " + action.done() + ": " + row.getDetail());
            }
            default -> {
                // Already so, or not found: nothing was done, as the count says.
            }
        }
    }

    private void done(SuperAction action, ActionRow row, boolean tell, String when) {
        count(action, 1);
        if (tell) {
            boolean renamed = verbose && !row.getNewId().isEmpty();
            String as = renamed ? " as " + row.getNewId() : "";
            console.say(row.getId() + ": " + action.done() + as + when);
        }
        if (action == SuperAction.RELEASE && !row.getDetail().isEmpty()) {
            console.warn(row.getId() + ": " + row.getDetail());
        }
    }

    private void count(SuperAction action, long more) {
        counts.merge(action, more, Long::sum);
    }

    /** What was done, for each kind of action that was asked for. */
    void report() {
        counts.forEach(
                (action, count) ->
                        console.say(
                                tryOut
                                        ? "dry run: "
                                                + action.wouldBe()
                                                + ": "
                                                + Text.messages(count)
                                        : action.summary(count)));
    }

    /** Whether something was found and not done. */
    boolean failed() {
        return failed;
    }
}
