/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShownTest {
    @Test
    void quotedShouldKeepPrintableAscii() {
        assertThat(Shown.quoted("1000s ~!")).isEqualTo("\"1000s ~!\"");
    }

    @Test
    void quotedShouldKeepEverythingInOneLineAndVisible() {
        assertThat(Shown.quoted("1\n2\r\t\u00a0\uff11\u202e\u0085"))
                .isEqualTo("\"1\\u000a2\\u000d\\u0009\\u00a0\\uff11\\u202e\\u0085\"");
    }

    @Test
    void quotedShouldCutWhatIsLongAndSayHowLongItWas() {
        assertThat(Shown.quoted("9".repeat(10_000_000)))
                .isEqualTo("\"" + "9".repeat(80) + "...\" (10000000 characters)");
    }
}
