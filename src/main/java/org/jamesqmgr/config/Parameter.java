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

    static <T> Parameter<T> postfix(
            String name, ValueType<T> type, String defaultText, String sentence) {
        return new Parameter<>(name, type, defaultText, Origin.POSTFIX, sentence);
    }

    static <T> Parameter<T> ours(
            String name, ValueType<T> type, String defaultText, String sentence) {
        return new Parameter<>(name, type, defaultText, Origin.OURS, sentence);
    }

    /** Whether an element without text is a value. */
    boolean mayBeEmpty() {
        return type.parse("").isPresent();
    }
}
