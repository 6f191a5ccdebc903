/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jamesqmgr.store.MessageStoreException;

/**
 * The operator's standing orders, a message each, so that what two servers change in the same moment
 * is both done. Every server reads them when it starts, when another says that they have changed, and
 * now and then. Safe for use by any thread.
 */
final class Orders {

    /** The property that says what is ordered. */
    static final String ORDER = "order";

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

    /** One may be there twice: given by two servers, or sent anew for want of an answer. */
    private List<String> kept(Channel channel) throws ActiveMQException, IOException {
        Set<String> all = new LinkedHashSet<>();
        channel.browse(queues.orders(), null, raw -> all.add(raw.text(ORDER)));
        all.remove(""); // of a message that is none of ours
        return List.copyOf(all);
    }

    /** Keeps what is changed in the orders known here; what other servers have changed stays so. */
    synchronized void keep(List<String> changed) throws MessageStoreException {
        List<String> before = orders;
        orders =
                broker.call(
                        (channel, again) -> {
                            for (String order : without(changed, before)) {
                                give(channel, order);
                            }
                            for (String order : without(before, changed)) {
                                takeBack(channel, order);
                            }
                            news.orders(channel);
                            channel.commit();
                            return kept(channel);
                        });
    }

    private static List<String> without(List<String> orders, List<String> others) {
        return orders.stream().filter(order -> !others.contains(order)).toList();
    }

    private void give(Channel channel, String order) throws ActiveMQException {
        ClientMessage message = channel.message(Message.DEFAULT_TYPE, true);
        message.putStringProperty(ORDER, order);
        channel.send(queues.orders(), message);
    }

    private void takeBack(Channel channel, String order) throws ActiveMQException {
        channel.drop(queues.orders(), ORDER + "=" + Channel.quoted(order));
    }
}
