/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text of a certain form.
 *
 * @param notation what all of it matches
 */
record TextValue(Pattern notation, String allowed) implements ValueType<String> {

    private static final String NAME =
            "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
                    + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?){0,20}";

    private static final String ATOM = "[A-Za-z0-9!#%&'*+/=?^_`{|}~-]{1,64}";

    static final TextValue HOST_NAME = of(NAME, "the name of a host, as mail.example.org");

    static final TextValue HELO_NAME =
            of(
                    "\\$myhostname|" + NAME + "|\\[[0-9A-Za-z.:]{2,60}\\]",
                    "the name of a host, an address in brackets, or $myhostname");

    static final TextValue LOG_NAME =
            of("[A-Za-z0-9_./-]{1,60}", "up to 60 of the characters A-Z a-z 0-9 _ . / -");

    private static final String ADDRESS = "tcp://[A-Za-z0-9._\\[\\]:-]+:[0-9]{1,5}";

    static final TextValue BROKER =
            of(
                    "(?:" + ADDRESS + "|\\(" + ADDRESS + "(?:," + ADDRESS + ")*\\))(?:\\?\\S+)?",
                    "a broker as tcp://host:61616, or several as"
                            + " (tcp://host:61616,tcp://other:61616)?ha=true");

    static final TextValue USER = of("[^\\p{Cntrl}]{1,100}", "the name of a user");

    static final TextValue QUEUE_PREFIX =
            of("[A-Za-z0-9_-]{1,60}", "up to 60 of the characters A-Z a-z 0-9 _ -");

    /** Without what must be quoted, and without $: there are no variables here. */
    static final TextValue LOCAL_PART =
            of(
                    "(?=.{1,64}$)" + ATOM + "(?:\\." + ATOM + "){0,31}",
                    "the local part of an address, without @ and what follows");

    static final TextValue FILE = file("sasl_passwd");

    static final TextValue TEMPLATE_FILE = file("bounce.cf");

    private static TextValue file(String example) {
        return of(
                "file://[./]*[^./\\p{Cntrl}](?:[^\\p{Cntrl}]*[^/\\p{Cntrl}])?",
                "a file, as file://conf/%1$s (in the server's home) or file:///etc/%1$s (absolute)"
                        .formatted(example));
    }

    private static TextValue of(String notation, String allowed) {
        return new TextValue(Pattern.compile(notation), allowed);
    }

    @Override
    public Optional<String> parse(String text) {
        return Optional.of(text).filter(value -> notation.matcher(value).matches());
    }
}
