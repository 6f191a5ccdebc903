/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import org.apache.james.webadmin.utils.ErrorResponder;
import org.apache.james.webadmin.utils.ErrorResponder.ErrorType;
import org.eclipse.jetty.http.HttpStatus;
import spark.HaltException;

/** Answers that are not what was asked for, in the form of WebAdmin's others. */
final class Refusal {

    private Refusal() {}

    static HaltException notFound(String message) {
        return of(HttpStatus.NOT_FOUND_404, ErrorType.NOT_FOUND, message);
    }

    /** It cannot be done as things are. */
    static HaltException conflict(String message) {
        return of(HttpStatus.CONFLICT_409, ErrorType.WRONG_STATE, message);
    }

    static HaltException failure(String message) {
        return of(HttpStatus.INTERNAL_SERVER_ERROR_500, ErrorType.SERVER_ERROR, message);
    }

    private static HaltException of(int status, ErrorType type, String message) {
        return ErrorResponder.builder()
                .statusCode(status)
                .type(type)
                .message("%s", message)
                .haltError();
    }
}
