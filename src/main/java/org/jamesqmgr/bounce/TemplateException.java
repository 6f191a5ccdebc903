/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.bounce;

/** Templates that cannot be used. */
public final class TemplateException extends Exception {

    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
