/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.mail.MessagingException;
import org.apache.mailet.MailetConfig;

/** Reads the parameters of one mailet, and says what is wrong with them so that it can be mended. */
final class Parameters {

    /** What James itself looks at, in any mailet. */
    private static final List<String> OF_JAMES = List.of("onMailetException", "onMatchException");

    private final String mailet;
    private final MailetConfig config;

    Parameters(String mailet, MailetConfig config) {
        this.mailet = mailet;
        this.config = config;
    }

    /** Refuses every parameter but these. */
    void allow(String... names) throws MessagingException {
        TreeSet<String> allowed = new TreeSet<>(List.of(names));
        for (Iterator<String> found = config.getInitParameterNames(); found.hasNext(); ) {
            String name = found.next();
            if (!allowed.contains(name) && !OF_JAMES.contains(name)) {
                throw new MessagingException(
                        mailet
                                + ": there is no parameter <"
                                + name
                                + ">; allowed are "
                                + String.join(", ", allowed));
            }
        }
    }

    /** The value without white space around it; empty if the parameter is not there. */
    Optional<String> optional(String name, String allowed) throws MessagingException {
        String value = config.getInitParameter(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value.isBlank()) {
            throw wrong(name, value, allowed);
        }
        return Optional.of(value.strip());
    }

    String required(String name, String allowed) throws MessagingException {
        return optional(name, allowed)
                .orElseThrow(
                        () ->
                                new MessagingException(
                                        mailet
                                                + ": the parameter <"
                                                + name
                                                + "> is missing; allowed is "
                                                + allowed));
    }

    MessagingException wrong(String name, String found, String allowed) {
        return new MessagingException(
                mailet + ": <" + name + "> is '" + found + "'; allowed is " + allowed);
    }
}
