/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.List;
import java.util.stream.Collectors;

/** A template file that cannot be used, with everything that is wrong with it. */
public final class TemplateException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Something wrong.
     *
     * @param line of the file, from 1
     * @param text what was found and what is allowed
     */
    public record Problem(int line, String text) {

        @Override
        public String toString() {
            return "line " + line + ": " + text;
        }
    }

    TemplateException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of the file, at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
