/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.io.IOException;
import java.util.List;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.tasks.TaskFromRequest;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.apache.james.webadmin.utils.Responses;
import org.eclipse.jetty.http.HttpStatus;
import org.jamesqmgr.admin.ActionResult;
import org.jamesqmgr.admin.MessageView;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.store.MessageStoreException;
import spark.Request;
import spark.Response;
import spark.Service;

/** Routes that look at messages, or act on them. */
final class MessageRoutes {

    private static final String MESSAGES = QmgrRoutes.BASE + "/messages";
    private static final String MESSAGE = MESSAGES + "/:id";
    private static final int USUAL_LIMIT = 100;
    private static final int HIGHEST_LIMIT = 1_000;

    private final QueueAdmin admin;
    private final MessageTasks tasks;
    private final TaskManager taskManager;
    private final JsonTransformer json;

    MessageRoutes(
            QueueAdmin admin, MessageTasks tasks, TaskManager taskManager, JsonTransformer json) {
        this.admin = admin;
        this.tasks = tasks;
        this.taskManager = taskManager;
        this.json = json;
    }

    void define(Service service) {
        service.get(MESSAGES, (request, response) -> list(request), json);
        service.get(MESSAGE, (request, response) -> show(request), json);
        service.get(MESSAGE + "/content", this::content);
        service.delete(MESSAGE, this::delete, json);
        service.patch(MESSAGE, this::act, json);
        TaskFromRequest deletion =
                request ->
                        tasks.task(
                                MessageAction.DELETE,
                                Query.of(request, Selectors.conditionsAnd(Selectors.ALL)));
        service.delete(MESSAGES, deletion.asRoute(taskManager), json);
        TaskFromRequest action =
                request -> {
                    Query query =
                            Query.of(request, Selectors.conditionsAnd(Selectors.ALL, "action"));
                    return tasks.task(MessageAction.of(query), query);
                };
        service.patch(MESSAGES, action.asRoute(taskManager), json);
    }

    private Answers.Messages list(Request request) throws MessageStoreException {
        Query query = Query.of(request, Selectors.conditionsAnd("limit", "cursor"));
        int limit = query.whole("limit", USUAL_LIMIT, HIGHEST_LIMIT);
        String cursor = query.has("cursor") ? query.one("cursor").orElseThrow() : "";
        return Answers.Messages.of(admin.list(Selectors.of(query), cursor, limit));
    }

    private Answers.Details show(Request request) throws MessageStoreException {
        Query.of(request, List.of());
        return Answers.Details.of(found(Selectors.id(request.params("id"))));
    }

    private MessageView found(QueueId id) throws MessageStoreException {
        return admin.show(id).orElseThrow(() -> Refusal.notFound(unknown(id)));
    }

    private static String unknown(QueueId id) {
        return "no message " + id + " in the queues";
    }

    private Object content(Request request, Response response)
            throws MessageStoreException, IOException {
        Query.of(request, List.of());
        QueueId id = Selectors.id(request.params("id"));
        long size = found(id).listed().message().size();
        ContentAnswer.Source source = (offset, length) -> admin.content(id, offset, length);
        if (!ContentAnswer.send(source, size, "message/rfc822", response)) {
            throw Refusal.notFound(unknown(id));
        }
        return "";
    }

    private Object delete(Request request, Response response) throws MessageStoreException {
        Query.of(request, List.of());
        ActionResult result = result(MessageAction.DELETE, Selectors.id(request.params("id")));
        Object answer = answer(result, response);
        return response.status() == HttpStatus.OK_200
                ? Responses.returnNoContent(response)
                : answer;
    }

    private Object act(Request request, Response response) throws MessageStoreException {
        MessageAction action = MessageAction.of(Query.of(request, List.of("action")));
        return answer(result(action, Selectors.id(request.params("id"))), response);
    }

    private ActionResult result(MessageAction action, QueueId id) throws MessageStoreException {
        return action.act(admin, Selectors.one(id), "").results().get(0);
    }

    private static Object answer(ActionResult result, Response response) {
        switch (result.outcome()) {
            case DONE, ALREADY -> response.status(HttpStatus.OK_200);
            case LATER -> response.status(HttpStatus.ACCEPTED_202);
            case UNKNOWN -> throw Refusal.notFound(unknown(result.id()));
            case BUSY -> throw Refusal.conflict(result.id() + ": " + result.detail());
            case FAILED -> throw Refusal.failure(result.id() + ": " + result.detail());
        }
        return Answers.Result.of(result);
    }
}
