/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes the file holds: settings come out, or problems with one clean line each, and nothing else is thrown. */
class DamagedFileTest {
    private static final byte[] WHOLE =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <qmgr>
              <minimal_backoff_time>300s</minimal_backoff_time>
              <parameter name="queue_run_delay">300s</parameter>
              <qmgr_message_active_limit>10</qmgr_message_active_limit>
            </qmgr>
            """
                    .getBytes(UTF_8);

    private static final Pattern PROBLEM =
            Pattern.compile("conf/qmgr\\.xml( line [0-9]+)?: \\P{Cntrl}+");

    @Property
    void readShouldSurviveRandomBytes(@ForAll @Size(max = 50) byte[] bytes) {
        readAny(bytes);
    }

    @Property
    void readShouldSurviveAChangedByte(
            @ForAll @IntRange(max = 199) int position, @ForAll byte changed) {
        byte[] bytes = WHOLE.clone();
        bytes[position] = changed;
        readAny(bytes);
    }

    @Property
    void readShouldSurviveAFileCutShort(@ForAll @IntRange(max = 199) int length) {
        readAny(Arrays.copyOf(WHOLE, length));
    }

    private static void readAny(byte[] bytes) {
        try {
            assertThat(QmgrSettingsReader.read("conf/qmgr.xml", new ByteArrayInputStream(bytes)))
                    .isNotNull();
        } catch (QmgrConfigurationException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(PROBLEM.asMatchPredicate());
        }
    }
}
