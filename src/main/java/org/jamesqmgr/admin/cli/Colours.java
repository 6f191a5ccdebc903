/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

/**
 * Colours, where somebody looks and has not asked for none ({@code NO_COLOR}).
 *
 * @param any whether there are any
 */
record Colours(boolean any) {

    static Colours of(Console console) {
        String none = System.getenv("NO_COLOR");
        return new Colours(console.shows() && (none == null || none.isEmpty()));
    }

    /** For what is out of order. */
    String alarming(String text) {
        return any ? "\u001b[31m" + text + "\u001b[0m" : text;
    }
}
