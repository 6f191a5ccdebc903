/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Stream;

/** Messages as they come over the wire, one char per byte. */
final class RawMessages {

    /** Every kind of 8-bit byte in the header: UTF-8, ISO-8859-1, neither. */
    static final String EIGHT_BIT =
            "Received: from \u00e9\u00ff\u0080\r\n\tby here; \u00c3(\r\n"
                    + utf8("Subject: \u017c\u00f3\u0142w \ud83d\udce7\r\n")
                    + utf8("From: \"\u6f22\u5b57\" <from@x.example>\r\n")
                    + "\r\n"
                    + utf8("body \u017c\r\n");

    private RawMessages() {}

    static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /** Well-formed: lines end in CRLF, an empty line ends the header. */
    static Stream<String> regular() {
        return Stream.of(
                "Subject: plain\r\n\r\nbody\r\n",
                EIGHT_BIT,
                "Subject: no body\r\n\r\n",
                "Subject: no line end\r\n\r\nbody",
                "Subject: folded\r\n  twice\r\n\tover\r\n\r\nbody\r\n",
                "X-Empty:\r\nX-Space: \r\nno colon\r\nSubject: x\r\n\r\nbody\r\n",
                "A: 1\r\nA: 2\r\nB: 3\r\nA: 1\r\n\r\nrepeated\r\n",
                "Subject: NUL\u0000NUL\r\n\r\nbo\u0000dy\u0000",
                "Subject: bare LF below\r\n\r\nline\nline\n\nline\rline\r\r\n.\r\n..\r\n",
                "Subject: 8 bit below\r\n\r\n" + allBytes(),
                "X-Long: " + "\u00e9".repeat(1_000_000) + "\r\nSubject: x\r\n\r\nbody\r\n",
                "Subject: x\r\n\r\nA: 1\r\n\r\nlooks like a header\r\n",
                "Subject: ? marks ???\r\n\r\nbody\r\n");
    }

    /** What no mail program should send. */
    static Stream<String> irregular() {
        return Stream.of(
                "",
                "\r\n",
                "\r\nno header\r\n",
                "\n\n",
                "Subject: no empty line\r\n",
                "Subject: not even a line end",
                "Subject: bare LF\nX: \u00e9\n\nbody\n",
                "Subject: bare CR\rX: \u00e9\r\rbody\r",
                "Subject: CR before CRLF\r\r\nX: 1\r\r\n\r\r\nbody\r\n",
                " starts with a space\r\nSubject: x\r\n\r\nbody\r\n",
                "From sender Mon Nov 23 10:00:00 2026\r\nSubject: mbox\r\n\r\nbody\r\n",
                "just text, \u00ff not a header at all",
                "\u0000\u0000\u0000");
    }

    static Stream<String> all() {
        return Stream.concat(regular(), irregular());
    }

    private static String allBytes() {
        StringBuilder bytes = new StringBuilder();
        for (char b = 0; b <= 0xFF; b++) {
            bytes.append(b);
        }
        return bytes.toString();
    }
}
