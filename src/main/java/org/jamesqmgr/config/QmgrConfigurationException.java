/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableList;

import java.util.List;
import org.apache.commons.configuration2.ex.ConfigurationException;

/**
 * The server cannot start with this {@code qmgr.xml}. The message has a line for each problem, with file, line, element, what
 * was found and what is allowed. It is one of James's configuration errors, so that whoever handles those handles it.
 */
public final class QmgrConfigurationException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    /** With the wrong file altogether nobody reads on after so many lines. */
    private static final int MOST_LINES = 50;

    QmgrConfigurationException(String file, List<Problem> problems) {
        super(message(file, problems));
    }

    QmgrConfigurationException(String file, Problem problem, Exception cause) {
        super(problem.in(file), cause);
    }

    /** The lines of the message: one problem each. */
    public List<String> problems() {
        return getMessage().lines().collect(toUnmodifiableList());
    }

    private static String message(String file, List<Problem> problems) {
        String shown =
                problems.stream()
                        .limit(MOST_LINES)
                        .map(problem -> problem.in(file))
                        .collect(joining("\n"));
        int others = problems.size() - MOST_LINES;
        return others <= 0 ? shown : "%s\n%s: and %d more".formatted(shown, file, others);
    }
}
