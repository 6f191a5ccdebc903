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
import java.util.stream.Stream;
import org.jamesqmgr.model.QueuedMessage;

/** Counts messages one by one into a {@link Shape}. One thread at a time. */
final class Shaping {

    private static final String TOTAL = "TOTAL";
    private static final String NULL_SENDER = "MAILER-DAEMON";

    /** So many domains are counted apart; those that turn up later are counted as the rest. */
    private static final int MOST_DOMAINS = 100_000;

    private static final Comparator<Shape.Row> LARGEST_FIRST =
            Comparator.comparingLong(Shape.Row::total)
                    .reversed()
                    .thenComparingInt(row -> row.domain().length())
                    .thenComparing(Shape.Row::domain);

    private final ShapeRequest request;
    private final Instant now;
    private final Map<String, long[]> domains = new HashMap<>();
    private final long[] total;
    private final long[] rest;

    Shaping(ShapeRequest request, Instant now) {
        this.request = request;
        this.now = now;
        this.total = new long[request.buckets().size() + 1];
        this.rest = new long[total.length];
    }

    void count(QueuedMessage message) {
        int bucket = bucket(message);
        domains(message).forEach(domain -> count(domain, bucket));
    }

    private void count(String domain, int bucket) {
        total[bucket]++;
        boolean kept = domains.size() < MOST_DOMAINS || domains.containsKey(domain);
        long[] row = kept ? domains.computeIfAbsent(domain, any -> new long[total.length]) : rest;
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

    private Stream<String> domains(QueuedMessage message) {
        return request.bySender()
                ? Stream.of(
                        message.envelope()
                                .sender()
                                .asOptional()
                                .map(sender -> lower(sender.getDomain().asString()))
                                .orElse(NULL_SENDER))
                : message.pendingRecipients().stream().map(to -> lower(to.getDomain().asString()));
    }

    private static String lower(String domain) {
        return domain.toLowerCase(Locale.ROOT);
    }

    Shape shape() {
        List<Shape.Row> rows =
                domains.entrySet().stream()
                        .map(domain -> row(domain.getKey(), domain.getValue()))
                        .sorted(LARGEST_FIRST)
                        .toList();
        int shown = Math.min(rows.size(), request.rows());
        rows.subList(shown, rows.size()).forEach(this::addToRest);
        return new Shape(row(TOTAL, total), rows.subList(0, shown), row("", rest));
    }

    private void addToRest(Shape.Row row) {
        for (int i = 0; i < rest.length; i++) {
            rest[i] += row.counts().get(i);
        }
    }

    private static Shape.Row row(String domain, long[] counts) {
        return new Shape.Row(domain, Arrays.stream(counts).boxed().toList());
    }
}
