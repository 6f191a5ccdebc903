/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.james.server.task.json.JsonTaskSerializer;
import org.apache.james.task.Task;
import org.jamesqmgr.model.QueueName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tasks as James applications keep them that share them between servers. */
@Tag("A7")
class MessageTasksTest extends WebFixture {

    private static final Query ALL = new Query(Map.of("all", List.of("true")));

    @Test
    void aKeptTaskShouldBeCarriedOutByTheRunThatWasAsked() throws Exception {
        accept(3);
        start();
        MessageTasks tasks = new MessageTasks(admin, clock);

        Task found = kept(tasks, tasks);

        assertThat(found.run()).isEqualTo(Task.Result.COMPLETED);
        assertThat(memory.count(SMTP)).isZero();
    }

    @Test
    void aKeptTaskShouldNotTouchTheMessagesOfAnotherRun() throws Exception {
        accept(3);
        start();

        Task found = kept(new MessageTasks(admin, clock), new MessageTasks(admin, clock));

        assertThat(found.run()).isEqualTo(Task.Result.PARTIAL);
        assertThat(memory.counts()).containsEntry(QueueName.INCOMING, 3L);
        assertThat(found.details())
                .hasValueSatisfying(
                        details ->
                                assertThat(((TaskDetails) details).problem())
                                        .startsWith("not done: another server"));
    }

    private static Task kept(MessageTasks by, MessageTasks foundBy) throws Exception {
        String json =
                JsonTaskSerializer.of(by.module()).serialize(by.task(MessageAction.DELETE, ALL));
        return JsonTaskSerializer.of(foundBy.module()).deserialize(json);
    }
}
