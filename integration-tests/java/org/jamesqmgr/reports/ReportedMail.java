/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.reports;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import javax.mail.BodyPart;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;

/** A report as a mail program takes it apart (RFC 3464), or a notice, which is text alone. */
final class ReportedMail {

    private final MimeMessage message;

    private ReportedMail(MimeMessage message) {
        this.message = message;
    }

    /**
     * A mail as it was read.
     *
     * @param bytes a character for each
     */
    static ReportedMail parse(String bytes) {
        try {
            return new ReportedMail(
                    new MimeMessage(
                            Session.getInstance(new Properties()),
                            new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1))));
        } catch (MessagingException e) {
            throw new IllegalArgumentException("not a mail: " + bytes, e);
        }
    }

    String subject() {
        return header("Subject");
    }

    /** The first header of that name, unfolded; empty if there is none. */
    String header(String name) {
        try {
            String value = message.getHeader(name, null);
            return value == null ? "" : value.replaceAll("\r\n\\s+", " ");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a person reads first. */
    String text() {
        return isMultipart() ? content(0) : content(message);
    }

    /** The same with lines put together again that were wrapped. */
    String prose() {
        return text().replaceAll("\\s+", " ");
    }

    /** The fields for programs. */
    String status() {
        return content(1);
    }

    /** The type of what came back of the original. */
    String originalType() {
        try {
            return part(2).getContentType().replaceAll(";.*", "");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What came back of the original. */
    String original() {
        return content(2);
    }

    private boolean isMultipart() {
        try {
            return message.isMimeType("multipart/report");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String content(int part) {
        return content(part(part));
    }

    private BodyPart part(int number) {
        try {
            return ((MimeMultipart) message.getContent()).getBodyPart(number);
        } catch (MessagingException e) {
            throw new IllegalStateException("no part " + number, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(javax.mail.Part part) {
        try {
            return new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return subject() + " to " + header("To");
    }
}
