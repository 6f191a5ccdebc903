/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

import java.nio.charset.StandardCharsets;

/** The messages that are queued. */
public final class Contents {

    public static final int SMALL = 4 << 10;

    private static final String HEADER =
            "From: sender@example.com\r\n"
                    + "To: recipient@example.net\r\n"
                    + "Subject: one of many\r\n"
                    + "Message-ID: <one.of.many@example.com>\r\n"
                    + "\r\n";
    private static final String LINE =
            "A line of text, of about the length that the lines of usual mails have in it.\r\n";

    private Contents() {}

    /** A mail of exactly this many bytes. */
    public static byte[] ofSize(int size) {
        byte[] bytes = new byte[size];
        byte[] header = HEADER.getBytes(StandardCharsets.US_ASCII);
        byte[] line = LINE.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(header, 0, bytes, 0, header.length);
        for (int i = header.length; i < size; i++) {
            bytes[i] = line[(i - header.length) % line.length];
        }
        return bytes;
    }
}
