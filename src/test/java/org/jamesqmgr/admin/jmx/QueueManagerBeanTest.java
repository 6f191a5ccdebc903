/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.jamesqmgr.admin.QueueAdminFixture;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.model.QueueId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What another process gets of the bean, through a real connector on loopback. */
@Tag("A8")
class QueueManagerBeanTest {

    private final QueueAdminFixture queues = QueueAdminFixture.inMemory();
    private final EventNotifications notifications = new EventNotifications(queues.clock);
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private JMXConnectorServer connector;
    private JMXConnector connection;
    private QueueManagerMXBean bean;

    @BeforeEach
    @SuppressWarnings("BanJNDI") // to a server of ours, on loopback
    void connect() throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        new QueueManagerBean(queues.admin, () -> {}, notifications, server).register();
        connector =
                JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL("service:jmx:rmi://127.0.0.1"), null, server);
        connector.start();
        connection = JMXConnectorFactory.connect(connector.getAddress());
        bean =
                JMX.newMXBeanProxy(
                        connection.getMBeanServerConnection(),
                        new ObjectName(QueueManagerBean.NAME),
                        QueueManagerMXBean.class,
                        true);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        connector.stop();
        queues.close();
    }

    @Test
    @Tag("A1")
    void listingShouldCrossInPages() throws Exception {
        List<QueueId> ids = queues.accept(5);
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            MessagePage page = bean.list(Selection.all(), cursor, 2);
            page.getMessages().forEach(row -> seen.add(row.getId()));
            cursor = page.getCursor();
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(ids.stream().map(QueueId::asString).toList());
    }

    @Test
    @Tag("A1")
    void rowShouldHaveWhatAListingShows() throws Exception {
        QueueId id = queues.deferred("450 later", queues.mail("a@x.example", "b@x.example"));

        MessageRow row = bean.list(Selection.all(), "", 10).getMessages().get(0);

        assertThat(row.getId()).isEqualTo(id.asString());
        assertThat(row.getQueue()).isEqualTo("deferred");
        assertThat(row.getSender()).isEqualTo("sender@origin.example");
        assertThat(row.getArrival()).isEqualTo(QueueAdminFixture.NOW.toEpochMilli());
        assertThat(row.getSize()).isEqualTo(23);
        assertThat(row.isForcedExpire()).isFalse();
        assertThat(row.getSuspension()).isEmpty();
        assertThat(row.getRecipients())
                .extracting(RecipientRow::getAddress, RecipientRow::getReason)
                .containsExactly(tuple("a@x.example", "450 later"), tuple("b@x.example", ""));
    }

    @Test
    @Tag("X1")
    void rowShouldNameTheServerThatWorksOnAMessage() throws Exception {
        QueueId id = queues.accept(queues.mail("a@x.example"));
        queues.store.worksElsewhere(id, "mx2.example");
        assertThat(bean.list(Selection.all(), "", 10).getMessages().get(0).getServer()).isEmpty();
        assertThat(queues.store.claim(id)).isPresent();

        assertThat(bean.list(Selection.all(), "", 10).getMessages().get(0).getServer())
                .isEqualTo("mx2.example");
        assertThat(bean.show(id.asString()).getMessage().getServer()).isEqualTo("mx2.example");
    }

    @Test
    @Tag("X2")
    void detailsShouldCross() throws Exception {
        QueueId id = queues.deferred("450 later", queues.mail("a@x.example"));

        MessageDetails details = bean.show(id.asString());

        assertThat(details.getMessage().getId()).isEqualTo(id.asString());
        assertThat(details.getHistory().get(0).getReason()).isEqualTo("450 later");
        assertThat(details.getHistory().get(0).getOutcome()).isEqualTo("deferred");
        assertThat(details.getAttributes()).isEmpty();
        assertThat(details.getWhy()).isEqualTo("450 later");
        assertThat(bean.show(new QueueId(1, 1).asString())).isNull();
        assertThat(new String(bean.content(id.asString(), 9, 4), US_ASCII)).isEqualTo("test");
    }

    @Test
    @Tag("A2")
    void actionsShouldSayWhatBecameOfEachMessage() throws Exception {
        QueueId id = queues.accept(1).get(0);
        Selection one = Selection.ids(List.of(id.asString()));

        assertThat(bean.hold(one, "").getResults())
                .extracting(ActionRow::getId, ActionRow::getOutcome)
                .containsExactly(tuple(id.asString(), "done"));
        ActionRow requeued = bean.requeue(one, "").getResults().get(0);
        assertThat(requeued.getNewId()).isNotEmpty();
        assertThat(bean.delete(Selection.all().from("SENDER@origin.example"), "").getResults())
                .extracting(ActionRow::getId)
                .containsExactly(requeued.getNewId());
        assertThat(bean.delete(one, "").getResults())
                .extracting(ActionRow::getOutcome)
                .containsExactly("unknown");
    }

    @Test
    @Tag("A10")
    void aTransportThatIsNotThereShouldNotBeSuspended() throws Exception {
        queues.accept(1);

        assertThatThrownBy(() -> bean.suspend("smpt:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no transport 'smpt'; those of this server are [smtp]");
        assertThat(bean.getSuspensions()).isEmpty();
    }

    @Test
    @Tag("A10")
    void suspensionsShouldBeSeenInStateAndListing() throws Exception {
        queues.accept(1);

        bean.suspend("smtp:");

        assertThat(bean.getSuspensions()).containsExactly("smtp:");
        assertThat(bean.list(Selection.all(), "", 1).getMessages().get(0).getSuspension())
                .isEqualTo("smtp:");
        assertThat(bean.resume("smtp:")).isTrue();
        assertThat(bean.getSuspensions()).isEmpty();
    }

    @Test
    @Tag("X6")
    void countsAndTotalsShouldCross() throws Exception {
        queues.accept(2);

        assertThat(bean.getIncomingCount()).isEqualTo(2);
        assertThat(bean.getTransportCounts()).containsEntry("smtp", 2L);
        assertThat(bean.totals())
                .extracting(
                        QueueTotalRow::getQueue,
                        QueueTotalRow::getMessages,
                        QueueTotalRow::getBytes)
                .containsExactly(tuple("incoming", 2L, 2048L));
        assertThat(bean.destinations()).isEmpty();
        assertThat(bean.isStill()).isTrue(); // nobody takes this mail
        assertThat(bean.getStoreTrouble()).isEmpty();
    }

    @Test
    @Tag("A6")
    void shapeShouldCross() throws Exception {
        queues.accept(2);

        ShapeTable table = bean.shape(List.of(), "recipient", List.of(5L, 10L), 100);

        assertThat(table.getTotal().getCounts()).containsExactly(2L, 0L, 0L);
        assertThat(table.getRows().get(0).getName()).isEqualTo("x.example");
        assertThatThrownBy(() -> bean.shape(List.of(), "size", List.of(), 100))
                .hasMessageContaining("not recipient, sender or reason: size");
    }

    @Test
    @Tag("A9")
    @Tag("X6")
    void whatAnAdministratorShouldKnowShouldBeAnnounced() throws Exception {
        BlockingQueue<Notification> announced = new LinkedBlockingQueue<>();
        connection
                .getMBeanServerConnection()
                .addNotificationListener(
                        new ObjectName(QueueManagerBean.NAME),
                        (notification, handback) -> announced.add(notification),
                        null,
                        null);

        notifications.corrupt(new QueueId(1, 1), "cut short");
        notifications.spaceLow(new FreeSpace.Shortage("mail queue", 100, 0, 200, "queue_minfree"));
        notifications.spaceEnough();

        Notification corrupt = announced.poll(30, TimeUnit.SECONDS);
        assertThat(corrupt.getType()).isEqualTo("qmgr.corrupt");
        assertThat(corrupt.getMessage()).endsWith("cut short");
        Notification low = announced.poll(30, TimeUnit.SECONDS);
        assertThat(low.getType()).isEqualTo("qmgr.space.low");
        assertThat(low.getMessage()).endsWith("100 bytes < queue_minfree (200 bytes)");
        assertThat(announced.poll(30, TimeUnit.SECONDS).getType()).isEqualTo("qmgr.space.enough");
    }

    @Test
    @Tag("A9")
    void corruptQueueShouldCross() throws Exception {
        QueueId id = queues.damaged();

        assertThat(bean.listCorrupt())
                .extracting(CorruptFileRow::getName, CorruptFileRow::isEnvelopeReadable)
                .containsExactly(tuple(id.asString(), true));
        assertThat(bean.showCorrupt(id.asString()).getMessage().getQueue()).isEqualTo("corrupt");
        assertThat(bean.corruptContent(id.asString(), 0, 7)).hasSize(7);
        assertThat(bean.deleteCorrupt(id.asString())).isTrue();
        assertThat(bean.getCorruptCount()).isZero();
    }

    @Test
    void whatMakesNoSenseShouldBeAnExceptionThatEveryClientKnows() {
        assertThatThrownBy(() -> bean.show("nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a queue id: nonsense");
        assertThatThrownBy(() -> bean.list(Selection.all().from(" "), "", 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bean.suspend("smtp")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failureOfTheStoreShouldBeAnExceptionThatEveryClientKnows() {
        queues.store.fail(true);

        assertThatThrownBy(() -> bean.list(Selection.all(), "", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("told to fail");
    }
}
