/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jamesqmgr.admin.cli.Getopt.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The programs by name, and how one of them is run. */
final class Programs {

    private static final Map<String, Function<Surroundings, Program>> POSTFIX = postfix();

    private static final String QMGR = "qmgr";
    private static final String JAMES = "james-cli";

    private Programs() {}

    private static Map<String, Function<Surroundings, Program>> postfix() {
        Map<String, Function<Surroundings, Program>> programs = new LinkedHashMap<>();
        programs.put("postqueue", Postqueue::new);
        programs.put("mailq", Mailq::new);
        programs.put("postsuper", Postsuper::new);
        programs.put("postcat", Postcat::new);
        programs.put("qshape", Qshape::new);
        return programs;
    }

    static Set<String> names() {
        Set<String> names = new LinkedHashSet<>(POSTFIX.keySet());
        names.addAll(List.of(QMGR, JAMES));
        return names;
    }

    /** What picocli knows of a program. */
    static CommandLine model(String name, Surroundings surroundings) {
        return switch (name) {
            case QMGR -> new Qmgr(surroundings).commandLine();
            case JAMES -> new CommandLine(new JamesCli(surroundings));
            default -> commandLine(POSTFIX.get(name).apply(surroundings));
        };
    }

    private static CommandLine commandLine(Program program) {
        return new CommandLine(program)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setTrimQuotes(false);
    }

    /** The manual page of a program. */
    static String manual(String name, Surroundings surroundings) {
        return Manual.page(model(name, surroundings).getCommandSpec());
    }

    /**
     * Runs a program. Whatever goes wrong becomes one line on standard error.
     *
     * @return what to end with
     */
    static int run(String name, List<String> args, Surroundings surroundings) {
        // Postfix's mailq is postqueue, and says so.
        Surroundings own = surroundings.of(name.equals("mailq") ? "postqueue" : name);
        int status =
                switch (name) {
                    case QMGR -> Qmgr.run(own, args);
                    case JAMES -> JamesCli.run(own, args);
                    default -> run(POSTFIX.get(name).apply(own), args, own.console());
                };
        return written(own.console(), status);
    }

    /** Who deletes what he has just saved must hear that it was not. */
    private static int written(Console console, int status) {
        Optional<String> failure = console.out().failure();
        failure.ifPresent(why -> console.fatal("cannot write to standard output: " + why));
        console.err().flush();
        return failure.isPresent() && status == Exit.OK ? Exit.BAD_REQUEST : status;
    }

    private static int run(Program program, List<String> args, Console console) {
        CommandLine commandLine = commandLine(program);
        try {
            commandLine.parseArgs(Getopt.split(commandLine.getCommandSpec(), args));
        } catch (UsageException | ParameterException e) {
            console.say(Text.shortened(e.getMessage().lines().findFirst().orElse("")));
            console.fatal(program.usage());
            return program.usageStatus();
        }
        if (commandLine.isUsageHelpRequested()) {
            console.out().print(Manual.page(commandLine.getCommandSpec()));
            return Exit.OK;
        }
        return guarded(console, program::run);
    }

    @FunctionalInterface
    interface Task {
        int run() throws UnavailableException;
    }

    static int guarded(Console console, Task task) {
        try {
            return task.run();
        } catch (FatalException e) {
            console.fatal(e.getMessage());
            return e.status();
        } catch (UnavailableException e) {
            console.fatal(e.getMessage());
            return Exit.UNAVAILABLE;
        } catch (UndeclaredThrowableException e) {
            console.fatal("the connection to the server is lost: " + root(e));
            return Exit.UNAVAILABLE;
        } catch (SecurityException e) {
            console.fatal("the server does not allow that to this user: " + e.getMessage());
            return Exit.UNAVAILABLE;
        } catch (IllegalStateException e) {
            text(e).lines().forEach(console::fatal);
            return Exit.UNAVAILABLE;
        } catch (RuntimeException e) {
            text(e).lines().forEach(console::fatal);
            return Exit.BAD_REQUEST;
        }
    }

    /** That of an argument is for people; of anything else the kind says more than the text. */
    private static String text(RuntimeException e) {
        boolean forPeople =
                e.getMessage() != null
                        && (e instanceof IllegalArgumentException
                                || e instanceof IllegalStateException);
        return forPeople ? e.getMessage() : e.toString();
    }

    /** Hands on what an execution of picocli's ended with. */
    static int rethrown(Exception e) throws UnavailableException {
        if (e instanceof UnavailableException unavailable) {
            throw unavailable;
        }
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw new IllegalStateException(e);
    }

    private static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
