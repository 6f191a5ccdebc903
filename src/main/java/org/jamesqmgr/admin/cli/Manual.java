/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a program in Markdown, from what picocli knows of its command line. */
final class Manual {

    private final StringBuilder page = new StringBuilder();

    private Manual() {}

    static String page(CommandSpec spec) {
        Manual manual = new Manual();
        manual.program(spec, spec.name(), "#");
        return manual.page.toString().stripTrailing() + "\n";
    }

    private void program(CommandSpec spec, String name, String level) {
        page.append(level).append(' ').append(name).append("\n\n");
        page.append("    ").append(synopsis(spec, name)).append("\n\n");
        for (String paragraph : spec.usageMessage().description()) {
            page.append(paragraph).append("\n\n");
        }
        arguments(spec);
        exitCodes(spec);
        // In an order that does not depend on the virtual machine.
        for (CommandLine subcommand : new TreeMap<>(spec.subcommands()).values()) {
            CommandSpec own = subcommand.getCommandSpec();
            program(own, name + " " + own.name(), "##");
        }
    }

    private static String synopsis(CommandSpec spec, String name) {
        String options =
                shown(spec).stream()
                        .map(option -> "[" + name(option) + value(option) + "]")
                        .collect(Collectors.joining(" "));
        String parameters =
                spec.positionalParameters().stream()
                        .filter(parameter -> !parameter.hidden())
                        .map(Manual::parameter)
                        .collect(Collectors.joining(" "));
        String command = spec.subcommands().isEmpty() ? "" : "command";
        return List.of(name, options, parameters, command).stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static List<OptionSpec> shown(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(
                        Comparator.comparing(Manual::isLong)
                                .thenComparing(Manual::name, String.CASE_INSENSITIVE_ORDER)
                                .thenComparing(Manual::name))
                .toList();
    }

    private static String name(OptionSpec option) {
        return option.names()[0];
    }

    private static boolean isLong(OptionSpec option) {
        return name(option).startsWith("--");
    }

    private static String value(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " " + option.paramLabel();
    }

    private static String parameter(PositionalParamSpec parameter) {
        String more = parameter.isMultiValue() ? "..." : "";
        return parameter.arity().min() == 0
                ? "[" + parameter.paramLabel() + more + "]"
                : parameter.paramLabel() + more;
    }

    private void arguments(CommandSpec spec) {
        for (OptionSpec option : shown(spec)) {
            item(name(option) + value(option), option.description());
        }
        spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .forEach(parameter -> item(parameter.paramLabel(), parameter.description()));
        page.append('\n');
    }

    private void item(String term, String[] description) {
        page.append("- `").append(term).append("`: ");
        page.append(String.join(" ", description)).append('\n');
    }

    private void exitCodes(CommandSpec spec) {
        if (!spec.usageMessage().exitCodeList().isEmpty()) {
            page.append("Exit codes:\n\n");
            spec.usageMessage().exitCodeList().forEach(this::exitCode);
            page.append('\n');
        }
    }

    private void exitCode(String code, String meaning) {
        page.append("- ").append(code).append(": ").append(meaning).append('\n');
    }
}
