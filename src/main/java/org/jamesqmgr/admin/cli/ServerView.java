/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jamesqmgr.admin.Shape;
import org.jamesqmgr.admin.ShapeRequest;
import org.jamesqmgr.admin.jmx.CorruptFileRow;
import org.jamesqmgr.admin.jmx.MessageDetails;
import org.jamesqmgr.admin.jmx.MessagePage;
import org.jamesqmgr.admin.jmx.MessageRow;
import org.jamesqmgr.admin.jmx.QueueManagerMXBean;
import org.jamesqmgr.admin.jmx.Selection;
import org.jamesqmgr.admin.jmx.ShapeRow;
import org.jamesqmgr.admin.jmx.ShapeTable;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;

/** The queues as a running server shows them, page by page. */
final class ServerView implements QueueView {

    /** Few at first, so that somebody who looks at the beginning need not wait. */
    private static final int FIRST_PAGE = 500;

    /** A page costs a shared store much the same, whatever is on it. */
    static final int PAGE = 5_000;

    private static final List<String> POSTFIX_ORDER =
            List.of("active", "incoming", "deferred", "hold");

    private final ServerSession session;
    private final QueueManagerMXBean bean;

    ServerView(ServerSession session) {
        this.session = session;
        this.bean = session.bean();
    }

    @Override
    public void list(Predicate<QueuedMail> to) {
        for (String queue : POSTFIX_ORDER) {
            if (!list(bean, Selection.all().inQueues(List.of(queue)), to)) {
                return;
            }
        }
    }

    /**
     * Gives what is selected.
     *
     * @return false if it was stopped
     */
    static boolean list(QueueManagerMXBean bean, Selection selection, Predicate<QueuedMail> to) {
        String cursor = "";
        do {
            MessagePage page = bean.list(selection, cursor, cursor.isEmpty() ? FIRST_PAGE : PAGE);
            for (MessageRow row : page.getMessages()) {
                if (!to.test(QueuedMail.of(row))) {
                    return false;
                }
            }
            cursor = page.getCursor();
        } while (!cursor.isEmpty());
        return true;
    }

    @Override
    public Shape shape(ShapeRequest request, Instant now) {
        ShapeTable table =
                bean.shape(
                        request.queues().stream().map(QueueName::asString).toList(),
                        request.by().asString(),
                        request.buckets().stream().map(Duration::toMinutes).toList(),
                        request.rows());
        return new Shape(
                row(table.getTotal()),
                table.getRows().stream().map(ServerView::row).toList(),
                row(table.getRest()));
    }

    private static Shape.Row row(ShapeRow row) {
        return new Shape.Row(row.getName(), row.getCounts());
    }

    @Override
    public long corrupt() {
        return bean.getCorruptCount();
    }

    @Override
    public Optional<ShownMail> show(String id) {
        Optional<MessageDetails> found =
                QueueId.parse(id).isPresent()
                        ? Optional.ofNullable(bean.show(id))
                        : Optional.empty();
        return found.map(ShownMail::of).or(() -> corrupt(id));
    }

    private Optional<ShownMail> corrupt(String name) {
        return Optional.ofNullable(bean.showCorrupt(name))
                .map(details -> ShownMail.of(details).corrupt(name));
    }

    @Override
    public InputStream content(ShownMail mail) {
        if (mail.queue().equals("corrupt")) {
            long from = contentOffset(mail.name());
            return from < 0
                    ? InputStream.nullInputStream()
                    : new PagedStream(from, mail.size(), part(bean::corruptContent, mail));
        }
        return new PagedStream(0, Long.MAX_VALUE, part(bean::content, mail));
    }

    private long contentOffset(String name) {
        return bean.listCorrupt().stream()
                .filter(file -> file.getName().equals(name))
                .findFirst()
                .map(CorruptFileRow::getContentOffset)
                .orElse(-1L);
    }

    private interface Content {
        byte[] part(String name, long offset, int length);
    }

    private static PagedStream.Source part(Content content, ShownMail mail) {
        return (offset, length) -> content.part(mail.name(), offset, length);
    }

    @Override
    public void close() {
        session.close();
    }
}
