/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.util.List;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.apache.james.webadmin.utils.Responses;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Reload;
import org.jamesqmgr.engine.Suspension;
import org.jamesqmgr.store.MessageStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Response;
import spark.Service;

/** Routes that stop the queue manager or a part of it, let it go on, or push it. */
final class ControlRoutes {

    private static final Logger LOGGER = LoggerFactory.getLogger(ControlRoutes.class);

    private static final String SUSPENSIONS = QmgrRoutes.BASE + "/suspensions";
    private static final String SUSPENSION = SUSPENSIONS + "/:what";
    private static final String DRAIN = QmgrRoutes.BASE + "/drain";

    private final QueueAdmin admin;
    private final Reload reload;
    private final JsonTransformer json;

    ControlRoutes(QueueAdmin admin, Reload reload, JsonTransformer json) {
        this.admin = admin;
        this.reload = reload;
        this.json = json;
    }

    void define(Service service) {
        service.get(SUSPENSIONS, (request, response) -> suspensions(request), json);
        service.put(SUSPENSION, this::suspend);
        service.delete(SUSPENSION, this::resume);
        service.get(DRAIN, (request, response) -> draining(request), json);
        service.put(DRAIN, (request, response) -> drain(true, request, response));
        service.delete(DRAIN, (request, response) -> drain(false, request, response));
        service.post(QmgrRoutes.BASE + "/flush", (request, response) -> flush(request), json);
        service.post(QmgrRoutes.BASE + "/reload", this::reload);
    }

    private List<String> suspensions(Request request) {
        Query.of(request, List.of());
        return admin.suspensions().stream().map(Suspension::asString).sorted().toList();
    }

    private String suspend(Request request, Response response) throws MessageStoreException {
        admin.suspend(suspension(request));
        return Responses.returnNoContent(response);
    }

    private String resume(Request request, Response response) throws MessageStoreException {
        Suspension what = suspension(request);
        if (!admin.resume(what)) {
            throw Refusal.notFound("not suspended: " + what.asString());
        }
        return Responses.returnNoContent(response);
    }

    private static Suspension suspension(Request request) {
        Query.of(request, List.of());
        return Suspension.parse(request.params("what"));
    }

    private Answers.Draining draining(Request request) throws MessageStoreException {
        Query.of(request, List.of());
        return new Answers.Draining(admin.draining(), admin.still());
    }

    private String drain(boolean draining, Request request, Response response) {
        Query.of(request, List.of());
        admin.drain(draining);
        return Responses.returnNoContent(response);
    }

    private Answers.Flushed flush(Request request) throws MessageStoreException {
        Query query = Query.of(request, List.of("domain"));
        return new Answers.Flushed(
                query.has("domain")
                        ? admin.flushSite(Selectors.domain(query.one("domain").orElseThrow()))
                        : admin.flush());
    }

    private String reload(Request request, Response response) {
        Query.of(request, List.of());
        try {
            reload.reload();
        } catch (Exception e) {
            LOGGER.error("the configuration was not reloaded", e);
            throw Refusal.conflict("the configuration was not reloaded: " + e.getMessage());
        }
        return Responses.returnNoContent(response);
    }
}
