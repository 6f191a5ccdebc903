/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.util.List;

/** Reports cannot be made of these words. */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Something wrong.
     *
     * @param line of the file, from 1
     * @param text what was found and what is allowed, in one line
     */
    public record Problem(int line, String text) {}

    TemplateException(List<Problem> problems) {
        super(problems.toString());
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
