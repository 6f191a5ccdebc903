/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.james.task.TaskManager;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.eclipse.jetty.http.HttpStatus;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Reload;
import org.jamesqmgr.admin.ShapeRequest;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Service;

/**
 * All routes of the queue manager: what an administrator does with the queues, over HTTP. They are
 * behind WebAdmin's authentication, as everything below {@value #BASE} is. {@code
 * doc/webadmin-qmgr.md} describes each to those who call them.
 */
public final class QmgrRoutes implements Routes {

    /** What all their paths begin with. */
    public static final String BASE = "/qmgr";

    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrRoutes.class);

    private static final int USUAL_ROWS = 100;
    private static final int MOST_ROWS = 10_000;
    private static final int MOST_BUCKETS = 100;
    private static final int MOST_MINUTES = 100_000_000;

    private final QueueAdmin admin;
    private final HealthInspector health;
    private final JsonTransformer json;
    private final MessageRoutes messages;
    private final ControlRoutes control;
    private final CorruptRoutes corrupt;

    /**
     * @param reload what {@code POST /qmgr/reload} does
     */
    public QmgrRoutes(
            QueueAdmin admin,
            HealthInspector health,
            Reload reload,
            MessageTasks tasks,
            TaskManager taskManager,
            JsonTransformer json) {
        this.admin = admin;
        this.health = health;
        this.json = json;
        this.messages = new MessageRoutes(admin, tasks, taskManager, json);
        this.control = new ControlRoutes(admin, reload, json);
        this.corrupt = new CorruptRoutes(admin, json);
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        service.get(BASE, (request, response) -> overview(request), json);
        service.get(BASE + "/shape", (request, response) -> shape(request), json);
        service.get(BASE + "/destinations", (request, response) -> destinations(request), json);
        messages.define(service);
        control.define(service);
        corrupt.define(service);
        service.exception(
                MessageStoreException.class,
                (e, request, response) -> {
                    LOGGER.warn("{} {} failed", request.requestMethod(), request.uri(), e);
                    response.status(HttpStatus.INTERNAL_SERVER_ERROR_500);
                    response.body(
                            Refusal.failureBody("the message store failed: " + e.getMessage()));
                });
    }

    private Answers.Overview overview(Request request) throws MessageStoreException {
        Query.of(request, List.of());
        Map<String, Long> counts = new TreeMap<>();
        admin.counts().forEach((queue, count) -> counts.put(queue.asString(), count));
        Map<String, Integer> inWork = new TreeMap<>();
        admin.inWork().forEach((transport, count) -> inWork.put(transport.asString(), count));
        return new Answers.Overview(
                counts,
                admin.totals().stream().map(Answers.Total::of).toList(),
                inWork,
                admin.suspensions().stream().map(Suspension::asString).sorted().toList(),
                admin.draining(),
                admin.still(),
                Answers.Health.of(health.inspect()));
    }

    private Answers.Table shape(Request request) throws MessageStoreException {
        Query query = Query.of(request, List.of("queue", "by", "minutes", "rows"));
        Set<QueueName> queues =
                query.has("queue") ? Selectors.queues(query) : ShapeRequest.usual().queues();
        List<Duration> buckets =
                query.has("minutes") ? buckets(query) : ShapeRequest.usual().buckets();
        int rows = query.whole("rows", USUAL_ROWS, MOST_ROWS);
        ShapeRequest asked = new ShapeRequest(queues, Selectors.by(query), buckets, rows);
        return Answers.Table.of(admin.shape(asked), buckets);
    }

    private static List<Duration> buckets(Query query) {
        List<Integer> minutes = query.wholes("minutes", MOST_MINUTES);
        if (minutes.size() > MOST_BUCKETS
                || !minutes.equals(minutes.stream().sorted().distinct().toList())) {
            throw Query.bad(
                    "minutes", minutes.toString(), "at most " + MOST_BUCKETS + " that rise");
        }
        return minutes.stream().map(Duration::ofMinutes).toList();
    }

    private List<Answers.Destination> destinations(Request request) {
        Query.of(request, List.of());
        return admin.destinations().stream().map(Answers.Destination::of).toList();
    }
}
