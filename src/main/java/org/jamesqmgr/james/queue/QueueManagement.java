/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.queue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.mail.MessagingException;
import javax.management.NotCompliantMBeanException;
import javax.management.StandardMBean;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.apache.james.core.MailAddress;
import org.apache.james.queue.api.MailQueue.MailQueueException;
import org.apache.james.queue.api.MailQueueManagementMBean;
import org.apache.james.queue.api.ManageableMailQueue;
import org.apache.james.queue.api.ManageableMailQueue.MailQueueItemView;
import org.apache.james.queue.api.ManageableMailQueue.MailQueueIterator;
import org.apache.mailet.Mail;

/** James's own management interface of a mail queue, with the fields that James's own tools know. */
final class QueueManagement extends StandardMBean implements MailQueueManagementMBean {

    private final QmgrMailQueue queue;

    QueueManagement(QmgrMailQueue queue) throws NotCompliantMBeanException {
        super(MailQueueManagementMBean.class);
        this.queue = queue;
    }

    @Override
    public long getSize() {
        return queue.getSize();
    }

    @Override
    public long flush() throws MailQueueException {
        return queue.flush();
    }

    @Override
    public long clear() throws MailQueueException {
        return queue.clear();
    }

    @Override
    public long removeWithName(String name) throws MailQueueException {
        return queue.remove(ManageableMailQueue.Type.Name, name);
    }

    @Override
    public long removeWithSender(String address) throws MailQueueException {
        return queue.remove(ManageableMailQueue.Type.Sender, address);
    }

    @Override
    public long removeWithRecipient(String address) throws MailQueueException {
        return queue.remove(ManageableMailQueue.Type.Recipient, address);
    }

    /** Every queued mail; the whole list is in memory, as James's interface wants it. */
    @Override
    public List<CompositeData> browse() throws OpenDataException, MessagingException {
        List<CompositeData> mails = new ArrayList<>();
        MailQueueIterator views = queue.browse();
        while (views.hasNext()) {
            mails.add(row(views.next()));
        }
        return mails;
    }

    private static CompositeData row(MailQueueItemView view)
            throws OpenDataException, MessagingException {
        Mail mail = view.getMail();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", mail.getName());
        row.put("sender", mail.getMaybeSender().asString(null));
        row.put("state", mail.getState());
        row.put(
                "recipients",
                mail.getRecipients().stream()
                        .map(MailAddress::asString)
                        .collect(Collectors.joining(",")));
        row.put("size", mail.getMessageSize());
        row.put("lastUpdated", lastUpdated(mail));
        row.put("remoteAddress", mail.getRemoteAddr());
        row.put("remoteHost", mail.getRemoteHost());
        row.put("errorMessage", mail.getErrorMessage());
        row.put(
                "attributes",
                mail.attributes()
                        .map(
                                attribute ->
                                        attribute.getName().asString()
                                                + "="
                                                + attribute.getValue().value())
                        .collect(Collectors.joining(", ", "{", "}")));
        row.put(
                "nextDelivery",
                view.getNextDelivery().map(next -> next.toInstant().toEpochMilli()).orElse(-1L));
        return new CompositeDataSupport(rowType(row), row);
    }

    @SuppressWarnings("JavaUtilDate") // as James has it
    private static long lastUpdated(Mail mail) {
        return mail.getLastUpdated() == null ? -1 : mail.getLastUpdated().getTime();
    }

    private static CompositeType rowType(Map<String, Object> row) throws OpenDataException {
        String[] names = row.keySet().toArray(new String[0]);
        OpenType<?>[] types =
                row.values().stream()
                        .map(value -> value instanceof Long ? SimpleType.LONG : SimpleType.STRING)
                        .toArray(OpenType<?>[]::new);
        return new CompositeType(Mail.class.getName(), "a queued mail", names, names, types);
    }
}
