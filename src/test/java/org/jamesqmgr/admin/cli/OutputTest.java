/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class OutputTest {

    /** Takes nothing. */
    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @Test
    void whatIsWrittenShouldNotFail() {
        Output output = new Output(new ByteArrayOutputStream());
        output.print("text");

        assertThat(output.failure()).isEmpty();
    }

    @Test
    void aFullDiskShouldBeKnown() {
        Output output = new Output(failing("No space left on device"));
        output.print("text");

        assertThat(output.failure()).hasValue("No space left on device");
    }

    @Test
    void aReaderWhoHadEnoughShouldBeNoFailure() {
        Output output = new Output(failing("Broken pipe"));
        output.print("text");

        assertThat(output.failure()).isEmpty();
        assertThat(output.checkError()).isTrue();
    }
}
