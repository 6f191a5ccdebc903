/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import java.io.PrintStream;

/**
 * The listing of {@code postqueue -j}: an object a line, with Postfix's keys in Postfix's order, and
 * behind them, for a message that waits, {@code next_attempt} in seconds since 1970, and for one that
 * another server has in work, {@code server} with its name.
 */
final class JsonListing implements Listing {

    private final PrintStream out;

    JsonListing(PrintStream out) {
        this.out = out;
    }

    @Override
    public void add(QueuedMail mail) {
        StringBuilder json = new StringBuilder(256);
        json.append("{\"queue_name\": ").append(Text.json(mail.queue()));
        json.append(", \"queue_id\": ").append(Text.json(mail.id()));
        json.append(", \"arrival_time\": ").append(mail.arrival() / 1000);
        json.append(", \"message_size\": ").append(mail.size());
        json.append(", \"forced_expire\": ").append(mail.forcedExpire());
        json.append(", \"sender\": ").append(Text.json(mail.from()));
        json.append(", \"recipients\": [");
        String separator = "";
        for (QueuedMail.To to : mail.recipients()) {
            json.append(separator);
            recipient(to, json);
            separator = ", ";
        }
        json.append(']');
        if (mail.waits()) {
            json.append(", \"next_attempt\": ").append(mail.due() / 1000);
        }
        if (!mail.server().isEmpty()) {
            json.append(", \"server\": ").append(Text.json(mail.server()));
        }
        out.print(json.append("}\n"));
    }

    private static void recipient(QueuedMail.To to, StringBuilder json) {
        json.append("{\"address\": ").append(Text.json(to.address()));
        if (!to.reason().isEmpty()) {
            json.append(", \"delay_reason\": ").append(Text.json(to.reason()));
        }
        json.append('}');
    }

    @Override
    public void end() {
        // An empty queue has no line.
    }
}
