/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.util.Set;
import java.util.regex.Pattern;

/** What Postfix takes for a name. Whether there is anything of that name is another question. */
final class Names {

    private static final int LONGEST = 255;

    private static final Pattern QUEUE_ID = Pattern.compile("[A-Za-z0-9_]+");

    private static final Pattern HOST_NAME =
            Pattern.compile(
                    "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*");

    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    private static final Pattern ADDRESS_LITERAL =
            Pattern.compile("\\[([0-9]{1,3}(\\.[0-9]{1,3}){3}|(?i:ipv6:)[0-9a-fA-F:.]+)]");

    private static final int LONGEST_LABEL = 63;

    /** Postfix's queues, of which we have but some. */
    private static final Set<String> POSTFIX_QUEUES =
            Set.of(
                    "maildrop",
                    "incoming",
                    "active",
                    "deferred",
                    "hold",
                    "flush",
                    "defer",
                    "bounce",
                    "trace");

    private Names() {}

    /** Postfix has ids of several kinds; others than ours are never found. */
    static boolean isQueueId(String text) {
        return text.length() <= LONGEST && QUEUE_ID.matcher(text).matches();
    }

    /** A host name, or an address in brackets. */
    static boolean isSite(String text) {
        if (text.startsWith("[")) {
            return ADDRESS_LITERAL.matcher(text).matches();
        }
        return text.length() <= LONGEST
                && HOST_NAME.matcher(text).matches()
                && !NUMBERS.matcher(text).matches()
                && Pattern.compile("\\.")
                        .splitAsStream(text)
                        .allMatch(label -> label.length() <= LONGEST_LABEL);
    }

    static boolean isPostfixQueue(String text) {
        return POSTFIX_QUEUES.contains(text);
    }
}
