/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, mx.test[192.0.2.1]:25",
        "10.0.0.0, mx.test[10.0.0.0]:25",
        "2001:db8::1, mx.test[2001:db8::1]:25",
        "::1, mx.test[::1]:25",
        "fe80::, mx.test[fe80::]:25",
        "2001:0:0:1:0:0:0:1, mx.test[2001:0:0:1::1]:25",
        "1:2:3:4:5:6:7:8, mx.test[1:2:3:4:5:6:7:8]:25"
    })
    void addressesShouldBeWrittenShort(String address, String relay) {
        assertThat(new Peer(SmtpFixture.candidate("mx.test", address, 0), 25).relay())
                .isEqualTo(relay);
    }
}
