/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jamesqmgr.admin.jmx.Selection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postsuper}. */
@Command(
        name = "postsuper",
        description = {
            "Deletes, holds, releases, requeues and expires queued messages, as Postfix's postsuper"
                    + " does.",
            "A queue_id is the id of a message, ALL (in upper case) for all messages, or - to read ids"
                    + " from standard input, one a line. What is named is looked for in the queues that"
                    + " are named, or else in all that the action makes sense for. Several actions are"
                    + " carried out in the order of the command line.",
            "With the options --from to --larger-than, which Postfix does not have, ALL means all"
                    + " messages that meet every condition; the program then asks before it does"
                    + " anything, and needs --yes or --dry-run where it cannot ask.",
            "All text goes to standard error."
        },
        exitCodeList = {
            "0:done, even if nothing was found to do it to",
            "1:wrong usage, no answer to a question, or the server failed to do it to some",
            "69:there is no server to ask"
        })
@SuppressWarnings("UnusedVariable") // picocli fills them in
final class Postsuper implements Program {

    private static final String ALL = "ALL";
    private static final String STANDARD_INPUT = "-";

    private final Console console;
    private final List<Step> steps = new ArrayList<>();

    @Mixin private final Connecting connecting;

    /** Actions on what an operand names, one after the other. */
    private record Step(List<SuperAction> actions, String operand) {}

    @Option(names = "-d", paramLabel = "queue_id", description = "Delete for good.")
    void delete(String operand) {
        step(operand, SuperAction.DELETE);
    }

    @Option(
            names = "-e",
            paramLabel = "queue_id",
            description =
                    "Expire: return to the sender at the next attempt, with the reasons known so"
                            + " far.")
    void expire(String operand) {
        step(operand, SuperAction.EXPIRE);
    }

    @Option(names = "-f", paramLabel = "queue_id", description = "Expire, and release from hold.")
    void expireAndRelease(String operand) {
        step(operand, SuperAction.EXPIRE, SuperAction.RELEASE);
    }

    @Option(
            names = "-h",
            paramLabel = "queue_id",
            description = "Put on hold: it is not tried until it is released. Its age runs on.")
    void hold(String operand) {
        step(operand, SuperAction.HOLD);
    }

    @Option(names = "-H", paramLabel = "queue_id", description = "Release from hold.")
    void release(String operand) {
        step(operand, SuperAction.RELEASE);
    }

    @Option(
            names = "-r",
            paramLabel = "queue_id",
            description =
                    "Requeue: what is left of the message runs through the mailet pipeline again,"
                            + " under a new id (-v names it).")
    void requeue(String operand) {
        step(operand, SuperAction.REQUEUE);
    }

    @Option(
            names = "-p",
            description =
                    "Postfix's purge of temporary files. Accepted; the server does that at its"
                            + " start.")
    private boolean purge;

    @Option(
            names = "-s",
            description =
                    "Postfix's structure check. Accepted; the server does that at its start, and"
                            + " sets damaged files aside whenever it meets one.")
    private boolean structure;

    @Option(names = "-S", description = "As -s.")
    private boolean redundant;

    @Option(names = "-v", description = "Say more: the new ids of requeued messages.")
    private boolean[] verbose = {};

    @Mixin private final Conditions conditions = new Conditions();

    @Option(
            names = "--dry-run",
            description = "Do nothing, and say of which messages it would have been done.")
    private boolean tryOut;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--help", usageHelp = true, description = "Show this page.")
    private boolean help;

    @Parameters(
            paramLabel = "queue",
            description = "incoming, active, deferred or hold: nothing else is touched.")
    private List<String> queues = List.of();

    Postsuper(Surroundings surroundings) {
        this.console = surroundings.console();
        this.connecting = new Connecting(surroundings.home());
    }

    /** Picocli begins with nothing. */
    private void step(String operand, SuperAction... actions) {
        if (operand != null) {
            steps.add(new Step(List.of(actions), operand));
        }
    }

    @Override
    public String usage() {
        return "usage: postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f"
                + " queue_id (expire and/or un-hold)] [-h queue_id (hold)] [-H queue_id (un-hold)]"
                + " [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] [-S"
                + " (redundant structure fix)][-v (verbose)] [queue...]";
    }

    @Override
    public int run() throws UnavailableException {
        check();
        if (steps.isEmpty()) {
            return Exit.OK;
        }
        try (ServerSession session = connecting.open()) {
            if (conditions.any() && !tryOut && !yes) {
                ask(session);
            }
            SuperWork work =
                    new SuperWork(session.bean(), console, queues, tryOut, verbose.length > 0);
            try {
                steps.forEach(step -> take(work, step));
            } finally {
                work.report(); // Should the server go away: what was done is done.
            }
            return work.failed() ? Exit.BAD_REQUEST : Exit.OK;
        }
    }

    private void check() {
        for (String queue : queues) {
            if (!Names.isPostfixQueue(queue)) {
                throw FatalException.badRequest("invalid directory name: " + queue);
            }
        }
        if (conditions.any()) {
            checkConditions();
        }
    }

    private void checkConditions() {
        conditions.check();
        if (steps.isEmpty() || steps.stream().anyMatch(step -> !step.operand().equals(ALL))) {
            throw FatalException.badRequest(
                    "the conditions go with -d ALL, -h ALL, -H ALL, -r ALL, -e ALL or -f ALL");
        }
        if (!tryOut && !yes && !console.asks()) {
            throw FatalException.badRequest(
                    "nobody can be asked here: give --yes, or --dry-run to see what would be done");
        }
    }

    private void ask(ServerSession session) {
        for (Step step : steps) {
            SuperAction action = step.actions().get(0);
            long count = count(session, action);
            console.err().print("postsuper: " + action.question(count) + " [y/N] ");
            console.err().flush();
            if (!answer().strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
                throw FatalException.badRequest("nothing is done");
            }
        }
    }

    private long count(ServerSession session, SuperAction action) {
        Selection selection = conditions.of(Selection.all()).inQueues(action.queues(queues));
        Progress progress = new Progress(console, "found");
        long[] count = {0};
        if (!action.queues(queues).isEmpty()) {
            ServerView.list(
                    session.bean(),
                    selection,
                    mail -> {
                        count[0]++;
                        if (count[0] % ServerView.PAGE == 0) {
                            progress.at(count[0]);
                        }
                        return true;
                    });
        }
        progress.end();
        return count[0];
    }

    private String answer() {
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = console.in().read(); c >= 0 && c != '\n'; c = console.in().read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            return "";
        }
        return answer.toString();
    }

    private void take(SuperWork work, Step step) {
        switch (step.operand()) {
            case ALL ->
                    step.actions()
                            .forEach(action -> work.onAll(action, conditions.of(Selection.all())));
            case STANDARD_INPUT -> work.onIds(step.actions(), new IdStream(console.in()));
            default -> work.onId(step.actions(), step.operand());
        }
    }
}
