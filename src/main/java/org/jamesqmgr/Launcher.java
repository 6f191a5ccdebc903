/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Starts the administrator's own James main class, unchanged, with our mail queues in it.
 *
 * <pre>
 * java -cp james-qmgr.jar:james-server-jpa-app.jar -Dworking.directory=. \
 *      org.jamesqmgr.Launcher org.apache.james.JPAJamesServerMain
 * </pre>
 *
 * Every James main class hands its finished server to {@code org.apache.james.JamesServerMain} to be started. Our jar
 * carries a class of that name which puts the queue manager in first; so all that matters is whose class is found. Were
 * it James's own, the server would run, without a word, on its stock queues: hence the check, and hence this class.
 *
 * <p>Ends the process with status 78 (EX_CONFIG of sysexits) when it cannot start what it was asked for.
 */
public final class Launcher {

    private static final String DEFAULT_MAIN = "org.apache.james.MemoryJamesServerMain";
    private static final List<String> USUAL_MAINS =
            List.of(
                    DEFAULT_MAIN,
                    "org.apache.james.JPAJamesServerMain",
                    "org.apache.james.CassandraJamesServerMain",
                    "org.apache.james.CassandraRabbitMQJamesServerMain");
    private static final String SERVER_MAIN = "org.apache.james.JamesServerMain";
    private static final int EX_CONFIG = 78;

    private Launcher() {}

    /**
     * Checks the class path, then starts James.
     *
     * @param args the stock main class (the memory application's, if absent), then the arguments for it
     */
    public static void main(String[] args) throws Throwable {
        try {
            launch(args);
        } catch (CannotLaunchException e) {
            System.err.println("james-qmgr: " + e.getMessage());
            System.exit(EX_CONFIG);
        }
    }

    /** Returns when James's main has returned, that is, with a started server; throws what James's main throws. */
    static void launch(String... args) throws Throwable {
        String mainName = args.length == 0 ? DEFAULT_MAIN : args[0];
        String[] mainArgs = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        ClassLoader loader = Launcher.class.getClassLoader();

        Method main = mainMethod(load(mainName, loader), mainName);
        requireOurServerMain(load(SERVER_MAIN, loader));
        try {
            main.invoke(null, (Object) mainArgs);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Fails unless the given class comes from the same jar (or class directory) as this one. */
    static void requireOurServerMain(Class<?> serverMain) throws CannotLaunchException {
        Optional<URL> found = origin(serverMain);
        if (!found.equals(origin(Launcher.class))) {
            throw new CannotLaunchException(
                    "james-qmgr.jar must come first on the class path, but James's own "
                            + found.map(URL::getPath).orElse(SERVER_MAIN)
                            + " comes before it; the server was not started");
        }
    }

    private static Class<?> load(String name, ClassLoader loader) throws CannotLaunchException {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new CannotLaunchException(
                    "there is no James main class "
                            + name
                            + " on the class path ("
                            + e
                            + "); the usual ones are "
                            + String.join(", ", USUAL_MAINS));
        }
    }

    private static Method mainMethod(Class<?> type, String name) throws CannotLaunchException {
        try {
            return type.getMethod("main", String[].class);
        } catch (LinkageError e) {
            throw new CannotLaunchException(
                    "the class path lacks a part of James that " + name + " needs (" + e + ")");
        } catch (NoSuchMethodException e) {
            throw new CannotLaunchException(
                    name
                            + " has no main method; the usual main classes are "
                            + String.join(", ", USUAL_MAINS));
        }
    }

    private static Optional<URL> origin(Class<?> type) {
        return Optional.ofNullable(type.getProtectionDomain().getCodeSource())
                .map(source -> source.getLocation());
    }

    /** What the administrator has to change in the start command, in one line. */
    static final class CannotLaunchException extends Exception {
        private static final long serialVersionUID = 1L;

        CannotLaunchException(String message) {
            super(message);
        }
    }
}
