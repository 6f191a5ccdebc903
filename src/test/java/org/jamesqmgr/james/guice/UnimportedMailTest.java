/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.james.filesystem.api.FileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("Q10")
class UnimportedMailTest {

    @TempDir private Path home;

    private final FileSystem fileSystem =
            new FileSystem() {
                @Override
                public File getFile(String url) {
                    return home.resolve(url.replace("file://", "")).toFile();
                }

                @Override
                public InputStream getResource(String url) {
                    throw new UnsupportedOperationException(url);
                }

                @Override
                public File getBasedir() {
                    return home.toFile();
                }
            };

    @Test
    void mailInFormerQueuesShouldBeNamedWithWhatToDo() throws Exception {
        Path contents = home.resolve("var/store/activemq/blob-transfer");
        Files.writeString(Files.createDirectories(contents.resolve("3")).resolve("ID_1"), "mail");
        Files.writeString(Files.createDirectories(contents.resolve("7")).resolve("ID_2"), "mail");

        assertThat(new UnimportedMail(fileSystem).report())
                .singleElement()
                .asString()
                .contains("had before: 2", contents.toString(), "qmgr import");
    }

    @Test
    void nothingShouldBeSaidWhereNothingWaits() throws Exception {
        assertThat(new UnimportedMail(fileSystem).report()).isEmpty();
        Files.createDirectories(home.resolve("var/store/activemq/blob-transfer/3"));
        assertThat(new UnimportedMail(fileSystem).report()).isEmpty();
    }
}
