/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

/**
 * A parameter that may stand in {@code qmgr.xml}.
 *
 * @param name the element's name
 * @param type what its value may look like
 * @param defaultText the default, as one would write it in the file
 * @param origin whose word the name is
 * @param sentence what it is for, in one sentence, as documented in the sample configuration
 */
record Parameter<T>(
        String name, ValueType<T> type, String defaultText, Origin origin, String sentence) {

    enum Origin {
        /** Postfix has a parameter of this name, with this meaning. */
        POSTFIX,
        /** Postfix has no such parameter. */
        OURS
    }

    Parameter {
        if (type.parse(defaultText).isEmpty()) {
            throw new IllegalArgumentException(name + " cannot have the default " + defaultText);
        }
    }
}
