/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import java.io.IOException;
import java.util.List;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.apache.james.webadmin.utils.Responses;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.store.DamagedFile;
import org.jamesqmgr.store.MessageStoreException;
import spark.HaltException;
import spark.Request;
import spark.Response;
import spark.Service;

/** Routes for what is in the corrupt queue. Whatever the name in a request, only a listed file is meant. */
final class CorruptRoutes {

    private static final String FILES = QmgrRoutes.BASE + "/corrupt";
    private static final String FILE = FILES + "/:name";

    private final QueueAdmin admin;
    private final JsonTransformer json;

    CorruptRoutes(QueueAdmin admin, JsonTransformer json) {
        this.admin = admin;
        this.json = json;
    }

    void define(Service service) {
        service.get(FILES, (request, response) -> list(request), json);
        service.get(FILE, (request, response) -> Answers.CorruptDetails.of(file(request)), json);
        service.get(FILE + "/content", this::content);
        service.delete(FILE, this::delete);
    }

    private List<Answers.Corrupt> list(Request request) throws MessageStoreException {
        Query.of(request, List.of());
        return admin.corrupt().stream().map(Answers.Corrupt::of).toList();
    }

    private DamagedFile file(Request request) throws MessageStoreException {
        Query.of(request, List.of());
        String name = request.params("name");
        return admin.corrupt().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static HaltException unknown(String name) {
        return Refusal.notFound("no file '" + name + "' in the corrupt queue");
    }

    private Object content(Request request, Response response)
            throws MessageStoreException, IOException {
        DamagedFile file = file(request);
        ContentAnswer.Source source =
                (offset, length) -> admin.corruptContent(file.name(), offset, length);
        if (!ContentAnswer.send(source, file.size(), "application/octet-stream", response)) {
            throw unknown(file.name());
        }
        return "";
    }

    private String delete(Request request, Response response) throws MessageStoreException {
        DamagedFile file = file(request);
        if (!admin.deleteCorrupt(file.name())) {
            throw unknown(file.name());
        }
        return Responses.returnNoContent(response);
    }
}
