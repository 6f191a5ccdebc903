/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/**
 * All programs in one: the first argument is the name of the program. The launcher says in system
 * properties where the home is ({@code jamesqmgr.home}), and which of the standard streams are
 * terminals ({@code jamesqmgr.terminal}, of {@code 0}, {@code 1} and {@code 2}).
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Path home = Path.of(System.getProperty("jamesqmgr.home", "."));
        Surroundings surroundings =
                new Surroundings(console("james-qmgr"), home, Clock.system(ZoneId.systemDefault()));
        System.exit(run(surroundings, args));
    }

    static int run(Surroundings surroundings, String... args) {
        if (args.length == 0 || !Programs.names().contains(args[0])) {
            surroundings.console().fatal("name one of " + String.join(", ", Programs.names()));
            return Exit.BAD_REQUEST;
        }
        List<String> rest = Arrays.asList(args).subList(1, args.length);
        return Programs.run(args[0], rest, surroundings);
    }

    private static Console console(String program) {
        String terminals = System.getProperty("jamesqmgr.terminal", "");
        return new Console(
                program,
                System.in,
                new Output(new FileOutputStream(FileDescriptor.out)),
                new Output(new FileOutputStream(FileDescriptor.err)),
                terminals.contains("0") && terminals.contains("2"),
                terminals.contains("1"),
                terminals.contains("2"));
    }
}
