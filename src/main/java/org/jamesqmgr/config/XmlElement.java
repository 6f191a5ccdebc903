/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.List;
import java.util.Map;

/**
 * An element of the file.
 *
 * @param line the line its start tag ends in, counted from 1
 * @param text its own text, without that of its children and without surrounding white space
 */
record XmlElement(
        String tag,
        int line,
        Map<String, String> attributes,
        String text,
        List<XmlElement> children) {

    static final String NAME = "name";

    /** The start tag as far as it tells elements apart: with the name, if there is one, and no other attribute. */
    String startTag() {
        String name = attributes.get(NAME);
        return name == null
                ? "<%s>".formatted(Shown.plain(tag))
                : "<%s name=%s>".formatted(Shown.plain(tag), Shown.quoted(name));
    }
}
