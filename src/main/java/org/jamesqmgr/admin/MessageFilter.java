/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.model.Recipient;
import org.jamesqmgr.model.TransportName;

/**
 * Conditions that a message meets all of. Addresses are compared without regard to case; {@code
 * @domain} stands for all of a domain. Of recipients those count that are not done.
 *
 * @param queues any of these; no condition if empty
 * @param sender an address, {@code @domain}, or {@code <>} for the null sender
 * @param recipient an address or {@code @domain}
 * @param either of the sender or a recipient
 * @param domain of a recipient
 * @param reason a part of why it waits or is held, as listings show it, in any case
 * @param olderThan since it arrived
 * @param largerThan in bytes; 0 is no condition
 */
public record MessageFilter(
        Set<QueueName> queues,
        Optional<TransportName> transport,
        Optional<String> sender,
        Optional<String> recipient,
        Optional<String> either,
        Optional<String> domain,
        Optional<String> reason,
        Optional<Duration> olderThan,
        long largerThan) {

    /** No condition at all. */
    public static final MessageFilter ANY =
            new MessageFilter(
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0);

    /** As far back as clocks can be set without trouble. */
    private static final Duration OLDEST = Duration.ofDays(50_000 * 365L);

    private static final String NULL_SENDER = "<>";

    public MessageFilter {
        queues = Set.copyOf(queues);
        sender = normal(sender);
        recipient = normal(recipient);
        either = normal(either);
        domain = normal(domain);
        reason = normal(reason);
        if (largerThan < 0 || olderThan.filter(MessageFilter::isNoAge).isPresent()) {
            throw new IllegalArgumentException(
                    "an age that is negative or beyond 50000 years, or a negative size, selects nothing"
                            + " sensible");
        }
    }

    private static boolean isNoAge(Duration age) {
        return age.isNegative() || age.compareTo(OLDEST) > 0;
    }

    /** A blank condition is a slip, such as a variable that was not set; it must not mean all. */
    private static Optional<String> normal(Optional<String> text) {
        if (text.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("an empty condition selects nothing");
        }
        return text.map(given -> given.toLowerCase(Locale.ROOT));
    }

    public MessageFilter inQueues(Set<QueueName> names) {
        return new MessageFilter(
                names, transport, sender, recipient, either, domain, reason, olderThan, largerThan);
    }

    boolean covers(QueueName queue) {
        return queues.isEmpty() ? queue != QueueName.CORRUPT : queues.contains(queue);
    }

    boolean matches(QueuedMessage message, Instant now) {
        return covers(message.queue())
                && all(transport, message.envelope().transport()::equals)
                && all(sender, wanted -> isFrom(message, wanted))
                && all(recipient, wanted -> isTo(message, wanted))
                && all(either, wanted -> isFrom(message, wanted) || isTo(message, wanted))
                && all(domain, wanted -> isTo(message, "@" + wanted))
                && all(reason, wanted -> hasReason(message, wanted))
                && all(olderThan, age -> isOlder(message, age, now))
                && (largerThan == 0 || message.size() > largerThan);
    }

    private static <T> boolean all(Optional<T> condition, Predicate<T> met) {
        return condition.map(met::test).orElse(true);
    }

    private static boolean isOlder(QueuedMessage message, Duration age, Instant now) {
        return message.envelope().arrival().isBefore(now.minus(age));
    }

    private static boolean isFrom(QueuedMessage message, String wanted) {
        return message.envelope()
                .sender()
                .asOptional()
                .map(sender -> isAddress(sender, wanted))
                .orElse(wanted.equals(NULL_SENDER));
    }

    private static boolean isTo(QueuedMessage message, String wanted) {
        return open(message).anyMatch(address -> isAddress(address, wanted));
    }

    private static boolean isAddress(MailAddress address, String wanted) {
        String text = address.asString().toLowerCase(Locale.ROOT);
        return wanted.startsWith("@") ? text.endsWith(wanted) : text.equals(wanted);
    }

    private static boolean hasReason(QueuedMessage message, String wanted) {
        return Stream.concat(
                        Stream.of(message.status().reason()),
                        open(message)
                                .flatMap(to -> message.lastAttempt(to).stream())
                                .map(attempt -> attempt.outcome().status().reason()))
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    private static Stream<MailAddress> open(QueuedMessage message) {
        return message.recipients().stream()
                .filter(recipient -> recipient.state() != Recipient.State.DONE)
                .map(Recipient::address);
    }
}
