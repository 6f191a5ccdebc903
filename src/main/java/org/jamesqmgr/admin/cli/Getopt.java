/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads a command line exactly as C's getopt does for Postfix's programs: {@code -pc dir} is {@code
 * -p -c dir}, {@code -dALL} is {@code -d ALL}, {@code -d=ALL} is the id {@code =ALL}, whatever follows
 * an option that has a value is that value, and the first argument that is no option ends them. The
 * result is the same with one option in each word, which leaves picocli nothing to guess.
 */
final class Getopt {

    private final CommandSpec spec;
    private final List<String> args;
    private final List<String> words = new ArrayList<>();
    private int next;

    private Getopt(CommandSpec spec, List<String> args) {
        this.spec = spec;
        this.args = args;
    }

    /** A command line that makes no sense. */
    static final class UsageException extends Exception {

        private static final long serialVersionUID = 1L;

        UsageException(String text) {
            super(text, null, false, false);
        }
    }

    /**
     * @throws UsageException in getopt's words
     */
    static String[] split(CommandSpec spec, List<String> args) throws UsageException {
        return new Getopt(spec, args).split();
    }

    private String[] split() throws UsageException {
        while (next < args.size() && isOption(args.get(next))) {
            String word = args.get(next++);
            if (word.equals("--")) {
                break;
            }
            if (word.startsWith("--")) {
                longOption(word);
            } else {
                cluster(word);
            }
        }
        words.add("--");
        words.addAll(args.subList(next, args.size()));
        return words.toArray(String[]::new);
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-';
    }

    private void cluster(String word) throws UsageException {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            OptionSpec option = spec.findOption("-" + letter);
            if (option == null) {
                throw new UsageException("invalid option -- '" + letter + "'");
            }
            if (hasValue(option)) {
                String rest = word.substring(i + 1);
                String value = rest.isEmpty() ? value("-- '" + letter + "'") : rest;
                words.add("-" + letter + "=" + value);
                return;
            }
            words.add("-" + letter);
        }
    }

    private void longOption(String word) throws UsageException {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        OptionSpec option = spec.findOption(name);
        if (option == null) {
            throw new UsageException("unrecognized option '" + word + "'");
        }
        if (equals >= 0 && !hasValue(option)) {
            throw new UsageException("option '" + name + "' doesn't allow an argument");
        }
        boolean separate = equals < 0 && hasValue(option);
        words.add(separate ? name + "=" + value("'" + name + "'") : word);
    }

    private String value(String option) throws UsageException {
        if (next == args.size()) {
            throw new UsageException("option requires an argument " + option);
        }
        return args.get(next++);
    }

    private static boolean hasValue(OptionSpec option) {
        return option.arity().max() > 0;
    }
}
