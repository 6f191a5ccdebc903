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
        return responder(HttpStatus.NOT_FOUND_404, ErrorType.NOT_FOUND, message).haltError();
    }

    /** It cannot be done as things are. */
    static HaltException conflict(String message) {
        return responder(HttpStatus.CONFLICT_409, ErrorType.WRONG_STATE, message).haltError();
    }

    static HaltException failure(String message) {
        return responder(HttpStatus.INTERNAL_SERVER_ERROR_500, ErrorType.SERVER_ERROR, message)
                .haltError();
    }

    /** The body of a {@link #failure}, where it is too late to halt. */
    static String failureBody(String message) {
        return responder(HttpStatus.INTERNAL_SERVER_ERROR_500, ErrorType.SERVER_ERROR, message)
                .asString();
    }

    private static ErrorResponder responder(int status, ErrorType type, String message) {
        return ErrorResponder.builder().statusCode(status).type(type).message("%s", message);
    }
}
