/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.former;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.jms.Connection;
import javax.jms.JMSException;
import javax.jms.MessageConsumer;
import javax.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQPrefetchPolicy;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.broker.AbstractLocker;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker on the files of the one that James had, for this process alone. */
final class FormerBroker implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(FormerBroker.class);

    private static final String NAME = "qmgr-import";

    private final BrokerService broker;
    private final Connection connection;
    private final Session session;

    private FormerBroker(BrokerService broker, Connection connection, Session session) {
        this.broker = broker;
        this.connection = connection;
        this.session = session;
    }

    static FormerBroker start(Path directory) throws IOException {
        Path files = directory.resolve("brokers/KahaDB");
        if (!Files.isDirectory(files)) {
            throw new IOException("there is no " + files + ": no mail ever waited there");
        }
        BrokerService broker = broker(directory.resolve("brokers"), files);
        try {
            broker.start();
            Connection connection = connect();
            return new FormerBroker(
                    broker,
                    connection,
                    // Each mail for itself: one that cannot be read keeps no other.
                    connection.createSession(false, ActiveMQSession.INDIVIDUAL_ACKNOWLEDGE));
        } catch (Exception e) { // is all that its signature says
            stop(broker);
            throw new IOException(
                    files + " cannot be opened, does James still run? " + e.getMessage(), e);
        }
    }

    private static BrokerService broker(Path directory, Path files) throws IOException {
        KahaDBPersistenceAdapter adapter = new KahaDBPersistenceAdapter();
        adapter.setDirectory(files.toFile());
        // It would wait for ever.
        ((AbstractLocker) adapter.getLocker()).setFailIfLocked(true);
        BrokerService broker = new BrokerService();
        broker.setBrokerName(NAME);
        broker.setDataDirectoryFile(directory.toFile());
        broker.setPersistenceAdapter(adapter);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setAdvisorySupport(false);
        broker.setSchedulerSupport(false);
        return broker;
    }

    private static Connection connect() throws JMSException {
        ActiveMQConnectionFactory factory =
                new ActiveMQConnectionFactory("vm://" + NAME + "?create=false");
        ActiveMQPrefetchPolicy oneByOne = new ActiveMQPrefetchPolicy();
        oneByOne.setQueuePrefetch(0);
        factory.setPrefetchPolicy(oneByOne);
        factory.setSendAcksAsync(false);
        factory.setTrustAllPackages(false);
        Connection connection = factory.createConnection();
        connection.start();
        return connection;
    }

    List<String> queues() throws IOException {
        return broker.getPersistenceAdapter().getDestinations().stream()
                .filter(ActiveMQDestination::isQueue)
                .map(ActiveMQDestination::getPhysicalName)
                .sorted()
                .toList();
    }

    /** Of all mail in a queue, due or not. */
    MessageConsumer consumer(String queue) throws JMSException {
        return session.createConsumer(session.createQueue(queue));
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (JMSException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            stop(broker);
        }
    }

    private static void stop(BrokerService broker) {
        try {
            broker.stop();
        } catch (Exception e) { // is all that its signature says
            LOGGER.warn("the broker cannot be stopped", e);
        }
    }
}
