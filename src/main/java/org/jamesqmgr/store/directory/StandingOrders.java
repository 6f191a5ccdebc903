/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jamesqmgr.store.directory.FileOperations.OpenFile;

/**
 * The operator's standing orders, in a file beside the queues:
 *
 * <pre>
 *   james-qmgr orders 1
 *   smtp:example.org
 *   end 5a3c90f1               checksum of the lines before
 * </pre>
 *
 * Written beside it and renamed, so that there is always a whole one. A file that is not as it was
 * written stops the start: mail that was suspended by hand must not go out because of it. Safe for
 * use by any thread.
 */
final class StandingOrders {

    private static final String TITLE = "james-qmgr orders 1\n";
    private static final String END = "end ";

    private final Layout layout;
    private final FileOperations files;
    private volatile List<String> orders = List.of();

    StandingOrders(Layout layout, FileOperations files) {
        this.layout = layout;
        this.files = files;
    }

    List<String> all() {
        return orders;
    }

    /** Reads them, if there are any. To be called once, when the directory is opened. */
    void read() throws IOException {
        if (files.exists(layout.orders())) {
            orders = parse(text(layout.orders()));
        }
    }

    private String text(Path path) throws IOException {
        try (OpenFile file = files.openForReading(path)) {
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            int length = file.read(0, bytes, 0, bytes.length);
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
    }

    private List<String> parse(String text) throws DamagedFileException {
        int end = text.lastIndexOf(END);
        boolean whole =
                text.startsWith(TITLE)
                        && end >= TITLE.length()
                        && text.substring(end).equals(endOf(text.substring(0, end)));
        if (!whole) {
            throw new DamagedFileException(
                    layout.orders()
                            + ", in which stands what an operator has suspended, is damaged: look"
                            + " into it, remove it, and suspend again what is to be suspended");
        }
        return text.substring(TITLE.length(), end).lines().toList();
    }

    private static String endOf(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return END + Integer.toHexString(Checksum.of(bytes, 0, bytes.length)) + "\n";
    }

    synchronized void keep(List<String> changed) throws IOException {
        if (changed.stream().anyMatch(order -> order.lines().count() != 1)) {
            throw new IllegalArgumentException("an order is one line: " + changed);
        }
        StringBuilder lines = new StringBuilder(TITLE);
        changed.forEach(order -> lines.append(order).append('\n'));
        write(lines + endOf(lines.toString()));
        files.move(layout.newOrders(), layout.orders()); // commit
        orders = List.copyOf(changed);
        files.forceDirectory(layout.root());
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (files.exists(layout.newOrders())) {
            files.delete(layout.newOrders());
        }
        try (OpenFile file = files.create(layout.newOrders())) {
            file.write(0, bytes, 0, bytes.length);
            file.force();
        }
    }
}
