/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A directory as James names files: {@code file://} and a path, relative to the server's home or, from its third slash on,
 * absolute. Says nothing about what is on the disk.
 */
record DirectoryUrl() implements ValueType<String> {
    /** The home itself and the root of the file system are no directories to fill with queues. */
    private static final Pattern NOTATION =
            Pattern.compile("file://[./]*[^./\\p{Cntrl}][^\\p{Cntrl}]*");

    @Override
    public Optional<String> parse(String text) {
        return Optional.of(text).filter(url -> NOTATION.matcher(url).matches());
    }

    @Override
    public String allowed() {
        return "a directory, as file://var/spool/qmgr (in the server's home)"
                + " or file:///var/spool/qmgr (absolute)";
    }
}
