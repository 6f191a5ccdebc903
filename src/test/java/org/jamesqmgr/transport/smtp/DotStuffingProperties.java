/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("T8")
class DotStuffingProperties {

    private static final String END = "\r\n.\r\n";

    /** Pieces that matter to lines, so that all orders of them come up. */
    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of("\r\n", "\n", "\r", ".", "..", "a", "\u00ff", "\0", "word")
                .list()
                .ofMaxSize(40);
    }

    @Property
    void aReceiverShouldFindTheLinesThatWereSent(@ForAll("pieces") List<String> pieces) {
        String received = received(wire(pieces));

        assertThat(received).isEqualTo(asLines(String.join("", pieces)));
    }

    @Property
    void onlyTheEndShouldLookLikeTheEnd(@ForAll("pieces") List<String> pieces) {
        String wire = "\r\n" + wire(pieces);

        assertThat(wire.indexOf(END)).isEqualTo(wire.length() - END.length());
        assertThat(wire).doesNotContainPattern("(?<!\r)\n");
    }

    @Property
    void itShouldNotMatterHowTheContentIsCut(@ForAll("pieces") List<String> pieces) {
        assertThat(wire(pieces)).isEqualTo(wire(List.of(String.join("", pieces))));
    }

    private static String wire(List<String> pieces) {
        DotStuffing stuffing = new DotStuffing();
        StringBuilder wire = new StringBuilder();
        for (String piece : pieces) {
            byte[] from = piece.getBytes(StandardCharsets.ISO_8859_1);
            byte[] to = new byte[DotStuffing.room(from.length)];
            int length = stuffing.stuff(from, from.length, to);
            wire.append(new String(to, 0, length, StandardCharsets.ISO_8859_1));
        }
        return wire.append(stuffing.end()).toString();
    }

    /** RFC 5321: up to the first lone dot, without the first dot of lines that begin with one. */
    private static String received(String wire) {
        StringBuilder content = new StringBuilder();
        for (String line : wire.split("(?<=\r\n)", -1)) {
            if (line.equals(".\r\n")) {
                return content.toString();
            }
            content.append(line.startsWith(".") ? line.substring(1) : line);
        }
        throw new AssertionError("no end");
    }

    private static String asLines(String stored) {
        String lines = stored.replaceAll("(?<!\r)\n", "\r\n");
        return lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n";
    }
}
