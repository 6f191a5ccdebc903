/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server's {@code log/mail.log} says so far.
 *
 * @param lines in their order
 */
public record MailLogLines(List<Line> lines) {

    private static final Pattern LINE =
            Pattern.compile(".* postfix/(\\w+)\\[\\d+]: (\\w+): (.*)", Pattern.DOTALL);

    private static final Pattern DELIVERY =
            Pattern.compile(
                    "to=<(\\S*)>, (?:orig_to=<\\S*>, )?relay=(\\S+), (?:conn_use=\\d+, )?delay=(\\S+),"
                            + " delays=\\S+, dsn=(\\S+), status=(\\S+) \\((.*)\\)");

    private static final Pattern MESSAGE_ID = Pattern.compile("message-id=(<[^>]*>).*");

    /**
     * An event in the life of a message.
     *
     * @param service who says so, as {@code qmgr}
     * @param id of the message
     */
    public record Line(String service, String id, String text) {

        private Stream<Delivery> delivery() {
            Matcher matcher = DELIVERY.matcher(text);
            return matcher.matches() ? Stream.of(delivery(matcher)) : Stream.empty();
        }

        private Optional<String> messageId() {
            Matcher matcher = MESSAGE_ID.matcher(text);
            return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
        }

        private Delivery delivery(MatchResult fields) {
            return new Delivery(
                    id,
                    fields.group(1),
                    fields.group(2),
                    Double.parseDouble(fields.group(3)),
                    fields.group(4),
                    fields.group(5),
                    fields.group(6));
        }
    }

    /**
     * What came of one attempt for one recipient.
     *
     * @param delay since the arrival of the message, in seconds
     */
    public record Delivery(
            String id,
            String recipient,
            String relay,
            double delay,
            String dsn,
            String status,
            String text) {

        public boolean sent() {
            return status.equals("sent");
        }
    }

    /** A line that is being written is not among them; before the first line there is no file. */
    static MailLogLines read(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            return new MailLogLines(whole.lines().flatMap(MailLogLines::line).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Line> line(String text) {
        Matcher matcher = LINE.matcher(text);
        return matcher.matches()
                ? Stream.of(new Line(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Stream.empty();
    }

    /** All attempts. */
    public List<Delivery> deliveries() {
        return lines.stream().flatMap(Line::delivery).toList();
    }

    /** The attempts for one recipient. */
    public List<Delivery> deliveries(String recipient) {
        return deliveries().stream()
                .filter(delivery -> delivery.recipient().equals(recipient))
                .toList();
    }

    /** The attempts of one transport. */
    public List<Delivery> deliveriesBy(String transport) {
        return lines.stream()
                .filter(line -> line.service().equals(transport))
                .flatMap(Line::delivery)
                .toList();
    }

    /** The Message-ID of each message, by its id; a kill may have kept one from being said. */
    public Map<String, String> messageIds() {
        Map<String, String> found = new HashMap<>();
        lines.forEach(line -> line.messageId().ifPresent(name -> found.put(line.id(), name)));
        return found;
    }

    /** What was said of one message. */
    public List<String> texts(String id) {
        return lines.stream().filter(line -> line.id().equals(id)).map(Line::text).toList();
    }
}
