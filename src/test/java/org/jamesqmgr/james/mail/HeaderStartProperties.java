/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class HeaderStartProperties {

    private static final int LIMIT = 1_000;

    /** A CR alone; or a line that is not empty, and has nothing that is seen. */
    private static final Pattern DISPUTED =
            Pattern.compile("\\r(?!\\n)|(?:\\A|\\n)[\\x00-\\x20&&[^\\r\\n]]+\\r?\\n");

    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.of("a: b", "\r\n", "\n", "\r", " ", "\t", "\0", "\u00e4", "x")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 5_000)
    @Tag("T8")
    @Label("T8: which lines are disputed is what the rule says, whatever the header")
    void disputed(@ForAll("headers") String header) {
        HeaderStart start = new HeaderStart(LIMIT);
        byte[] bytes = header.getBytes(ISO_8859_1);
        int taken = start.take(bytes, 0, bytes.length);

        boolean disputed = DISPUTED.matcher(header.substring(0, taken)).find();

        assertThat(start.undisputed()).isEqualTo(!disputed);
    }
}
