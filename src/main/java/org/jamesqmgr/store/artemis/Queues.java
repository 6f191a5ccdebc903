/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/**
 * The queues at the broker. Where one message is looked for by its id among very many, they are
 * split into shards: a broker finds a message by looking at those before it.
 *
 * <pre>
 *   P.incoming.00 ...   envelopes that may be claimed
 *   P.deferred.00 ...   envelopes that wait
 *   P.hold  P.corrupt   envelopes
 *   P.orders            the operator's standing orders, a message each
 *   P.content.00 ...    contents, each there for as long as its envelope is anywhere
 *   P.active.RUN        envelopes in work at one run of a server, which alone touches them
 *   P.log.RUN           what became of those so far
 *   P.news.RUN          what the run hears of the others, while it is connected
 * </pre>
 */
final class Queues {

    private final String prefix;
    private final int shards;

    /** Each is asked for several times in the life of a message. */
    private final Map<QueueName, List<String>> envelopes = new EnumMap<>(QueueName.class);

    private final List<String> contents;

    /**
     * @param shards the same for everybody at the broker, for ever
     */
    Queues(String prefix, int shards) {
        this.prefix = prefix;
        this.shards = shards;
        this.envelopes.put(QueueName.INCOMING, names(QueueName.INCOMING.asString()));
        this.envelopes.put(QueueName.DEFERRED, names(QueueName.DEFERRED.asString()));
        this.contents = names("content");
    }

    private List<String> names(String name) {
        return IntStream.range(0, shards)
                .mapToObj(shard -> String.format(Locale.ROOT, "%s.%s.%02x", prefix, name, shard))
                .toList();
    }

    /** Where a message of that place is; not of an active one. */
    String envelope(QueueName place, QueueId id) {
        return switch (place) {
            case INCOMING, DEFERRED -> shard(place, shardOf(id));
            case HOLD, CORRUPT -> single(place);
            case ACTIVE -> throw new IllegalArgumentException("active where?");
        };
    }

    /** The broker's word for all of them. */
    String all() {
        return prefix + ".#";
    }

    /** Hold or corrupt. */
    String single(QueueName place) {
        return prefix + "." + place.asString();
    }

    String content(QueueId id) {
        return contentShard(shardOf(id));
    }

    String shard(QueueName place, int shard) {
        return envelopes.get(place).get(shard);
    }

    String contentShard(int shard) {
        return contents.get(shard);
    }

    /** The operator's standing orders. */
    String orders() {
        return prefix + ".orders";
    }

    String active(String run) {
        return prefix + ".active." + run;
    }

    String log(String run) {
        return prefix + ".log." + run;
    }

    /** The address of what runs tell each other. */
    String news() {
        return prefix + ".news";
    }

    /** Where a run hears it. */
    String news(String run) {
        return prefix + ".news." + run;
    }

    /** The run whose active queue has this name, if it is one. */
    Optional<String> run(String queue) {
        String start = prefix + ".active.";
        return queue.startsWith(start)
                ? Optional.of(queue.substring(start.length()))
                : Optional.empty();
    }

    int shards() {
        return shards;
    }

    int shardOf(QueueId id) {
        long mixed = (id.micros() * 31 + id.tag()) * 0x9E3779B97F4A7C15L;
        return (int) Long.remainderUnsigned(mixed >>> 16, shards);
    }

    /** All that are there for as long as the store is. */
    List<String> lasting() {
        List<String> names = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            names.add(shard(QueueName.INCOMING, shard));
            names.add(shard(QueueName.DEFERRED, shard));
            names.add(contentShard(shard));
        }
        names.add(single(QueueName.HOLD));
        names.add(single(QueueName.CORRUPT));
        names.add(orders());
        return names;
    }
}
