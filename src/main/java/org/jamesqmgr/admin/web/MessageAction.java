/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jamesqmgr.admin.ActionPage;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.QueueSelector;
import org.jamesqmgr.store.MessageStoreException;

/** What can be done to messages. */
enum MessageAction {
    DELETE {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.delete(selector, cursor);
        }
    },
    HOLD {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.hold(selector, cursor);
        }
    },
    RELEASE {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.release(selector, cursor);
        }
    },
    REQUEUE {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.requeue(selector, cursor);
        }
    },
    EXPIRE {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.expire(selector, cursor);
        }
    },
    FLUSH {
        @Override
        ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
                throws MessageStoreException {
            return admin.flush(selector, cursor);
        }
    };

    /** Those that {@code action=} names; messages are deleted with a verb of HTTP's own. */
    private static final List<MessageAction> NAMED =
            Arrays.stream(values()).filter(action -> action != DELETE).toList();

    abstract ActionPage act(QueueAdmin admin, QueueSelector selector, String cursor)
            throws MessageStoreException;

    String asString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MessageAction of(Query query) {
        String name = query.one("action").orElse("");
        return NAMED.stream()
                .filter(action -> action.asString().equals(name))
                .findFirst()
                .orElseThrow(() -> Query.bad("action", name, allowed()));
    }

    private static String allowed() {
        return NAMED.stream()
                .map(MessageAction::asString)
                .collect(Collectors.joining(", ", "one of ", ""));
    }
}
