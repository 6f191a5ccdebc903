/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.artemis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.Message;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;

/**
 * What the broker must be told of our queues, or mail is lost or stuck: read when a server starts,
 * which does not start with anything else.
 */
final class Setup {

    /**
     * @param name as the broker calls it in its answer
     * @param value as it must be
     * @param line of {@code broker.xml}
     * @param why it must be so
     */
    private record Setting(String name, String value, String line, String why) {

        boolean isSet(String answer) {
            Matcher found =
                    Pattern.compile('"' + name + "\"\\s*:\\s*\"?([^\",}\\s]+)").matcher(answer);
            return found.find() && found.group(1).equalsIgnoreCase(value);
        }
    }

    private static final List<Setting> NEEDED =
            List.of(
                    new Setting(
                            "maxDeliveryAttempts",
                            "-1",
                            "<max-delivery-attempts>-1</max-delivery-attempts>",
                            "with a limit it throws mail away that merely waited"),
                    new Setting(
                            "maxSizeBytes",
                            "-1",
                            "<max-size-bytes>-1</max-size-bytes>",
                            "mail that it pages out cannot be found"),
                    new Setting(
                            "addressFullMessagePolicy",
                            "FAIL",
                            "<address-full-policy>FAIL</address-full-policy>",
                            "with a full disk it must say so, not keep everybody waiting"),
                    new Setting(
                            "autoDeleteQueues",
                            "false",
                            "<auto-delete-queues>false</auto-delete-queues>",
                            "empty queues are used again"),
                    new Setting(
                            "autoDeleteAddresses",
                            "false",
                            "<auto-delete-addresses>false</auto-delete-addresses>",
                            "empty queues are used again"));

    private final Broker broker;
    private final Queues queues;

    Setup(Broker broker, Queues queues) {
        this.broker = broker;
        this.queues = queues;
    }

    /**
     * @throws MessageStoreException if something is set otherwise: says what to write into {@code
     *     broker.xml}
     */
    void check() throws MessageStoreException {
        maySend();
        String answer = settings(queues.single(QueueName.HOLD));
        List<String> lines = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (Setting setting : NEEDED) {
            if (!setting.isSet(answer)) {
                lines.add("  " + setting.line());
                reasons.add(setting.name() + ": " + setting.why());
            }
        }
        if (!lines.isEmpty()) {
            throw new MessageStoreException(
                    "the broker is not set up for mail ("
                            + String.join("; ", reasons)
                            + "): write into the address-settings of its broker.xml\n<address-setting match=\""
                            + queues.all()
                            + "\">\n"
                            + String.join("\n", lines)
                            + "\n</address-setting>");
        }
    }

    /** Sends something and takes it back, to see whether that is allowed. */
    private void maySend() throws MessageStoreException {
        broker.call(
                (channel, again) -> {
                    channel.create(queues.orders());
                    channel.send(queues.orders(), channel.message(Message.DEFAULT_TYPE, false));
                    channel.rollback();
                    return channel;
                });
    }

    private String settings(String address) throws MessageStoreException {
        return broker.call(
                (channel, again) ->
                        String.valueOf(
                                channel.manage("broker", "getAddressSettingsAsJSON", address)));
    }
}
