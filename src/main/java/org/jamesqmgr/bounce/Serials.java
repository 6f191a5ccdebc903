/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names that are never given twice: a tag of this run, drawn at random, and a count. Nobody can guess the tag before the
 * run has written its first report. Safe for use by any thread.
 */
final class Serials {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final String tag;
    private final AtomicLong count = new AtomicLong();

    Serials() {
        this(Long.toString(new SecureRandom().nextLong() >>> 1, Character.MAX_RADIX));
    }

    /** With a tag that is known: for tests. */
    Serials(String tag) {
        this.tag = tag;
    }

    String next() {
        return tag + "." + count.incrementAndGet();
    }

    /** The value of a Message-Id. */
    static String messageId(Instant now, String serial, String host) {
        return "<" + SECONDS.format(now) + "." + serial + "@" + host + ">";
    }
}
