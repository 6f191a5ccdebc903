/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The operator's standing orders: one message, of which the next takes the place. Every server reads
 * them when it starts. Safe for use by any thread.
 */
final class Orders {

    private final Broker broker;
    private final Queues queues;
    private volatile List<String> orders = List.of();

    Orders(Broker broker, Queues queues) {
        this.broker = broker;
        this.queues = queues;
    }

    List<String> all() {
        return orders;
    }

    void read() throws MessageStoreException {
        Optional<Raw> kept =
                broker.call((channel, again) -> channel.look(queues.orders(), Channel.ALL));
        orders = kept.map(raw -> new String(raw.body(), UTF_8).lines().toList()).orElse(List.of());
    }

    synchronized void keep(List<String> changed) throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    channel.drop(queues.orders(), Channel.ALL);
                    ClientMessage message = channel.message(Message.BYTES_TYPE, true);
                    message.getBodyBuffer().writeBytes(String.join("\n", changed).getBytes(UTF_8));
                    channel.send(queues.orders(), message);
                    channel.commit();
                    return changed;
                });
        orders = List.copyOf(changed);
    }
}
