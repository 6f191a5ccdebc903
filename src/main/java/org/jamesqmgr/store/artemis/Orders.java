/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The operator's standing orders: one message, of which the next takes the place. Every server reads
 * them when it starts, when another says that they have changed, and now and then. Safe for use by any
 * thread.
 */
final class Orders {

    private final Broker broker;
    private final Queues queues;
    private final News news;
    private volatile List<String> orders = List.of();

    Orders(Broker broker, Queues queues, News news) {
        this.broker = broker;
        this.queues = queues;
        this.news = news;
    }

    List<String> all() {
        return orders;
    }

    /** Returns whether they are not what they were. */
    synchronized boolean read() throws MessageStoreException {
        List<String> before = orders;
        orders = broker.call((channel, again) -> kept(channel));
        return !orders.equals(before);
    }

    private List<String> kept(Channel channel) throws ActiveMQException, IOException {
        return channel.look(queues.orders(), Channel.ALL)
                .map(raw -> new String(raw.body(), UTF_8).lines().toList())
                .orElse(List.of());
    }

    /** Keeps what is changed in the orders known here, and what other servers have changed in them. */
    synchronized void keep(List<String> changed) throws MessageStoreException {
        List<String> before = orders;
        orders =
                broker.call(
                        (channel, again) -> {
                            List<String> next = merged(kept(channel), before, changed);
                            channel.drop(queues.orders(), Channel.ALL);
                            ClientMessage message = channel.message(Message.BYTES_TYPE, true);
                            byte[] body = String.join("\n", next).getBytes(UTF_8);
                            message.getBodyBuffer().writeBytes(body);
                            channel.send(queues.orders(), message);
                            news.orders(channel);
                            channel.commit();
                            return next;
                        });
    }

    private static List<String> merged(
            List<String> kept, List<String> before, List<String> changed) {
        if (kept.equals(before)) {
            return List.copyOf(changed);
        }
        Set<String> next = new LinkedHashSet<>(kept);
        before.stream().filter(order -> !changed.contains(order)).forEach(next::remove);
        changed.stream().filter(order -> !before.contains(order)).forEach(next::add);
        return List.copyOf(next);
    }
}
