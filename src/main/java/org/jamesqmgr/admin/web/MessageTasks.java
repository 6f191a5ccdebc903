/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.james.server.task.json.dto.TaskDTO;
import org.apache.james.server.task.json.dto.TaskDTOModule;
import org.apache.james.task.Task;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.QueueSelector;

/**
 * Makes the tasks for actions on many messages. Some James applications keep tasks and share them
 * between servers: each is marked with the run of the server that was asked, and no other carries it
 * out, whose messages were not meant. Safe for use by any thread.
 */
public final class MessageTasks {

    private final QueueAdmin admin;
    private final Clock clock;
    private final String run = UUID.randomUUID().toString();

    public MessageTasks(QueueAdmin admin, Clock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /**
     * What was asked for.
     *
     * @param query in which the messages are described
     */
    record Order(MessageAction action, Map<String, List<String>> query) {

        Order {
            query = Map.copyOf(query);
        }

        QueueSelector selector() {
            return Selectors.deliberate(new Query(query));
        }
    }

    /** What James keeps of a task. */
    record Kept(
            @JsonProperty("type") String type,
            @JsonProperty("run") String run,
            @JsonProperty("action") MessageAction action,
            @JsonProperty("query") Map<String, List<String>> query)
            implements TaskDTO {

        @Override
        public String getType() {
            return type;
        }
    }

    Task task(MessageAction action, Query query) {
        return new MessagesTask(new Order(action, query.values()), true, admin, clock);
    }

    /** How James keeps and finds them. */
    public TaskDTOModule<? extends Task, ? extends TaskDTO> module() {
        return new TaskDTOModule<>(
                (task, type) -> new Kept(type, run, task.order().action(), task.order().query()),
                this::found,
                MessagesTask.class,
                Kept.class,
                MessagesTask.TYPE.asString());
    }

    private MessagesTask found(Kept kept) {
        Order order = new Order(kept.action(), kept.query());
        return new MessagesTask(order, kept.run().equals(run), admin, clock);
    }
}
