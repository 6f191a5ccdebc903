/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("A9")
class CorruptRoutesTest extends WebFixture {

    private QueueId corrupt;
    private QueueId sound;

    @BeforeEach
    void begin() throws Exception {
        corrupt = acceptCorrupt();
        sound = accept();
        start();
    }

    @Test
    void listShouldShowWhatIsThereAndWhatIsWrongWithIt() {
        JsonNode listed = get("/qmgr/corrupt").json();

        assertThat(texts(listed, "name")).containsExactly(corrupt.asString());
        assertThat(texts(listed, "reason")).containsExactly("spoiled by the test");
        assertThat(listed.get(0).get("envelopeReadable").asBoolean()).isTrue();
    }

    @Test
    void showShouldTellWhatIsStillReadable() {
        JsonNode shown = get("/qmgr/corrupt/" + corrupt).json();

        assertThat(shown.get("file").get("name").asText()).isEqualTo(corrupt.asString());
        JsonNode readable = shown.get("readable");
        assertThat(readable.get("message").get("sender").asText())
                .isEqualTo("sender@origin.example");
        assertThat(readable.get("explanation").get("next").asText()).startsWith("never");
    }

    @Test
    void contentShouldBeTheFileByteForByte() {
        Answer answer = get("/qmgr/corrupt/" + corrupt + "/content");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("application/octet-stream");
        assertThat(answer.text()).isEqualTo(CONTENT);
    }

    @Test
    void deleteShouldDeleteAFileForGood() {
        assertThat(ask("DELETE", "/qmgr/corrupt/" + corrupt).status()).isEqualTo(204);

        assertThat(get("/qmgr/corrupt").json()).isEmpty();
        assertThat(ask("DELETE", "/qmgr/corrupt/" + corrupt).status()).isEqualTo(404);
    }

    @Test
    void whatIsNotCorruptShouldNotBeFoundThere() {
        for (String method : List.of("GET", "DELETE")) {
            assertThat(ask(method, "/qmgr/corrupt/" + sound).status()).isEqualTo(404);
        }
        assertThat(memory.find(sound)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..%2Fhold", "%2e%2e%2F%2e%2e%2Fetc%2Fpasswd", "*", "%20", "%00", "%25s"})
    void aHostileNameShouldMeanNoFile(String name) {
        assertThat(get("/qmgr/corrupt/" + name).status()).isIn(400, 404);
        assertThat(get("/qmgr/corrupt/" + name + "/content").status()).isIn(400, 404);
        assertThat(ask("DELETE", "/qmgr/corrupt/" + name).status()).isIn(400, 404);
        assertThat(memory.counts()).containsEntry(QueueName.CORRUPT, 1L);
    }
}
