/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three numbers that say what became of a mail (RFC 3463), for example {@code 4.4.1}.
 *
 * @param statusClass 2 success, 4 trouble that may pass, 5 final failure
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatusCode(int statusClass, int subject, int detail) {

    public static final int SUCCESS = 2;
    public static final int TEMPORARY = 4;
    public static final int PERMANENT = 5;

    private static final Pattern FORM = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");

    public EnhancedStatusCode {
        if (statusClass != SUCCESS && statusClass != TEMPORARY && statusClass != PERMANENT) {
            throw new IllegalArgumentException("no class of status codes: " + statusClass);
        }
        if (subject < 0 || subject > 999 || detail < 0 || detail > 999) {
            throw new IllegalArgumentException(
                    "status code out of range: " + subject + "." + detail);
        }
    }

    /**
     * Reads the text form, the whole of it.
     *
     * @return empty when {@code text} is not a status code; remote servers write what they like
     */
    public static Optional<EnhancedStatusCode> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new EnhancedStatusCode(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))));
    }

    /** The same subject and detail in another class: a refusal that is to be tried again. */
    public EnhancedStatusCode inClass(int otherClass) {
        return new EnhancedStatusCode(otherClass, subject, detail);
    }

    public boolean permanent() {
        return statusClass == PERMANENT;
    }

    public String asString() {
        return statusClass + "." + subject + "." + detail;
    }

    @Override
    public String toString() {
        return asString();
    }
}
