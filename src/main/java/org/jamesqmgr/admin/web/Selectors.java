/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jamesqmgr.admin.MessageFilter;
import org.jamesqmgr.admin.QueueSelector;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;

/** Which messages a request means. */
final class Selectors {

    /** Conditions, all of which a message must meet. */
    static final List<String> CONDITIONS =
            List.of(
                    "id",
                    "queue",
                    "transport",
                    "sender",
                    "recipient",
                    "address",
                    "domain",
                    "reason",
                    "olderThan",
                    "largerThan");

    /** Says that no condition is meant. */
    static final String ALL = "all";

    private static final int MOST_IDS = 1_000;

    /** The queues that messages are in; what is in corrupt is no message any more. */
    private static final Set<QueueName> QUEUES =
            Collections.unmodifiableSet(EnumSet.range(QueueName.INCOMING, QueueName.HOLD));

    private static final String AN_ADDRESS =
            "user@example.org, or @example.org for all of a domain";

    private Selectors() {}

    /** Those that meet the conditions; all if there are none. */
    static QueueSelector of(Query query) {
        List<String> ids = query.several("id");
        if (ids.size() > MOST_IDS) {
            throw Query.bad("id", ids.size() + " ids", "at most " + MOST_IDS);
        }
        return new QueueSelector(
                query.has("id")
                        ? Optional.of(ids.stream().map(Selectors::id).toList())
                        : Optional.empty(),
                filter(query));
    }

    /** As {@link #of}, but without a condition it takes the word {@value #ALL} to mean all. */
    static QueueSelector deliberate(Query query) {
        boolean narrow = CONDITIONS.stream().anyMatch(query::has);
        if (query.flag(ALL) == narrow) {
            throw new IllegalArgumentException(
                    narrow
                            ? "all: not allowed beside a condition; leave out the one or the other"
                            : "no condition was given: say all=true if every message is meant, or"
                                    + " give one of "
                                    + String.join(", ", CONDITIONS));
        }
        return of(query);
    }

    /** One message, whichever queue it is in. */
    static QueueSelector one(QueueId id) {
        return new QueueSelector(Optional.of(List.of(id)), MessageFilter.ANY.inQueues(QUEUES));
    }

    static QueueId id(String text) {
        return QueueId.parse(text)
                .orElseThrow(
                        () ->
                                Query.bad(
                                        "id",
                                        text,
                                        "a queue id of %d digits and letters, as listings show it"
                                                .formatted(QueueId.LENGTH)));
    }

    static Set<QueueName> queues(Query query) {
        return query.several("queue").stream().map(Selectors::queue).collect(Collectors.toSet());
    }

    static Shape.By by(Query query) {
        String name = query.one("by").orElse(Shape.By.RECIPIENT.asString());
        return Shape.By.parse(name)
                .orElseThrow(() -> Query.bad("by", name, "one of recipient, sender, reason"));
    }

    private static QueueName queue(String name) {
        return QUEUES.stream()
                .filter(queue -> queue.asString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                Query.bad(
                                        "queue",
                                        name,
                                        QUEUES.stream()
                                                .map(QueueName::asString)
                                                .collect(Collectors.joining(", ", "one of ", ""))));
    }

    private static MessageFilter filter(Query query) {
        return new MessageFilter(
                queues(query),
                query.one("transport").map(TransportName::new),
                query.one("sender").map(Selectors::sender),
                query.one("recipient").map(text -> address("recipient", text, AN_ADDRESS)),
                query.one("address").map(text -> address("address", text, AN_ADDRESS)),
                query.one("domain").map(Selectors::domain),
                query.one("reason"),
                query.span("olderThan"),
                query.size("largerThan").orElse(0L));
    }

    private static String sender(String text) {
        return text.equals("<>")
                ? text
                : address("sender", text, AN_ADDRESS + ", or <> for the null sender");
    }

    private static String address(String where, String text, String allowed) {
        int at = text.lastIndexOf('@');
        if (at < 0 || at == text.length() - 1 || hasSpace(text)) {
            throw Query.bad(where, text, allowed + " (a plus sign is written %2B)");
        }
        return text;
    }

    static String domain(String text) {
        if (text.contains("@") || hasSpace(text)) {
            throw Query.bad("domain", text, "a domain, such as example.org");
        }
        return text;
    }

    private static boolean hasSpace(String text) {
        return text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    }

    /** The names of a request that has a selection and these besides. */
    static List<String> conditionsAnd(String... others) {
        return Stream.concat(CONDITIONS.stream(), Arrays.stream(others)).toList();
    }
}
