/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.jamesqmgr.model.QueuedMessage;

/** Counts messages one by one into a {@link Shape}. One thread at a time. */
public final class Shaping {

    private static final String TOTAL = "TOTAL";
    private static final String NULL_SENDER = "MAILER-DAEMON";

    private static final String UNTRIED = "not tried yet";

    /** So many names are counted apart; those that turn up later are counted as the rest. */
    private static final int MOST_NAMES = 100_000;

    private static final Pattern ADDRESS = Pattern.compile("<[^<>\\s]*@[^<>\\s]*>");

    private static final Comparator<Shape.Row> LARGEST_FIRST =
            Comparator.comparingLong(Shape.Row::total)
                    .reversed()
                    .thenComparingInt(row -> row.name().length())
                    .thenComparing(Shape.Row::name);

    private final ShapeRequest request;
    private final Instant now;
    private final Map<String, long[]> rows = new HashMap<>();
    private final long[] total;
    private final long[] rest;

    public Shaping(ShapeRequest request, Instant now) {
        this.request = request;
        this.now = now;
        this.total = new long[request.buckets().size() + 1];
        this.rest = new long[total.length];
    }

    public void count(QueuedMessage message) {
        int bucket = bucket(message);
        names(message).forEach(name -> count(name, bucket));
    }

    private void count(String name, int bucket) {
        total[bucket]++;
        boolean kept = rows.size() < MOST_NAMES || rows.containsKey(name);
        long[] row = kept ? rows.computeIfAbsent(name, any -> new long[total.length]) : rest;
        row[bucket]++;
    }

    private int bucket(QueuedMessage message) {
        Duration age = Duration.between(message.envelope().arrival(), now);
        int bucket = 0;
        while (bucket < request.buckets().size()
                && age.compareTo(request.buckets().get(bucket)) >= 0) {
            bucket++;
        }
        return bucket;
    }

    private Stream<String> names(QueuedMessage message) {
        Stream<MailAddress> pending = message.pendingRecipients().stream();
        return switch (request.by()) {
            case RECIPIENT -> pending.map(Shaping::domain);
            case SENDER ->
                    Stream.of(
                            message.envelope()
                                    .sender()
                                    .asOptional()
                                    .map(Shaping::domain)
                                    .orElse(NULL_SENDER));
            case REASON -> pending.map(to -> reason(message, to));
        };
    }

    private static String domain(MailAddress address) {
        return address.getDomain().asString().toLowerCase(Locale.ROOT);
    }

    /** Servers name the recipient in their answers; what many wait for is one reason all the same. */
    private static String reason(QueuedMessage message, MailAddress to) {
        String reason =
                message.lastAttempt(to)
                        .map(attempt -> attempt.outcome().status().reason())
                        .orElse(message.status().reason());
        return reason.isEmpty() ? UNTRIED : ADDRESS.matcher(reason).replaceAll("<...>");
    }

    /** What was counted so far. */
    public Shape shape() {
        List<Shape.Row> sorted =
                rows.entrySet().stream()
                        .map(named -> row(named.getKey(), named.getValue()))
                        .sorted(LARGEST_FIRST)
                        .toList();
        int shown = Math.min(sorted.size(), request.rows());
        sorted.subList(shown, sorted.size()).forEach(this::addToRest);
        return new Shape(row(TOTAL, total), sorted.subList(0, shown), row("", rest));
    }

    private void addToRest(Shape.Row row) {
        for (int i = 0; i < rest.length; i++) {
            rest[i] += row.counts().get(i);
        }
    }

    private static Shape.Row row(String name, long[] counts) {
        return new Shape.Row(name, Arrays.stream(counts).boxed().toList());
    }
}
