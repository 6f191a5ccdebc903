/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jamesqmgr.model.Destination;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spark.Spark;

class QmgrRoutesTest extends WebFixture {

    private static final Path MANUAL = Path.of("src/main/home/doc/webadmin-qmgr.md");
    private static final Pattern HEADING =
            Pattern.compile("^### `([A-Z]+ /[^`]*)`", Pattern.MULTILINE);

    @Test
    @Tag("A8")
    void overviewShouldShowHowTheQueuesAre() throws Exception {
        accept(2);
        acceptDeferred();
        start();

        JsonNode overview = get("/qmgr").json();

        assertThat(overview.get("counts").get("incoming").asInt()).isEqualTo(2);
        assertThat(overview.get("counts").get("deferred").asInt()).isEqualTo(1);
        assertThat(texts(overview.get("totals"), "transport")).containsOnly("smtp");
        assertThat(overview.get("draining").asBoolean()).isFalse();
        assertThat(overview.get("health").get("status").asText()).isEqualTo("healthy");
        assertThat(overview.get("health").get("reasons")).isEmpty();
    }

    @Test
    @Tag("A10")
    @Tag("X6")
    void overviewShouldSayAllThatAPersonShouldKnow() throws Exception {
        acceptCorrupt();
        accept(1);
        start();
        ask("PUT", "/qmgr/suspensions/smtp:target.example");
        ask("PUT", "/qmgr/drain");
        clogs.destinationClogs(new Destination(SMTP, "big.example"), 4000);

        JsonNode health = get("/qmgr").json().get("health");

        assertThat(health.get("status").asText()).isEqualTo("degraded");
        assertThat(health.get("reasons"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "the queues are being drained: new mail is refused",
                        "suspended by hand: smtp:target.example",
                        "damaged messages kept in the corrupt queue: 1",
                        "smtp:big.example clogs the active queue with 4000 messages; more mail for it"
                                + " waits");
    }

    @Test
    @Tag("A6")
    void shapeShouldCountDomainsByAge() throws Exception {
        accept(2);
        accept(mail().to("a@other.example"));
        start();

        JsonNode shape = get("/qmgr/shape?queue=incoming&minutes=5,10&rows=1").json();

        assertThat(shape.get("minutes")).extracting(JsonNode::asInt).containsExactly(5, 10);
        assertThat(shape.get("total").get("total").asInt()).isEqualTo(3);
        assertThat(texts(shape.get("rows"), "name")).containsExactly("target.example");
        assertThat(shape.get("rows").get(0).get("counts"))
                .extracting(JsonNode::asInt)
                .containsExactly(2, 0, 0);
        assertThat(shape.get("rest").get("total").asInt()).isEqualTo(1);
    }

    @Test
    @Tag("A6")
    void shapeShouldCountSenders() throws Exception {
        accept(2);
        start();

        assertThat(texts(get("/qmgr/shape?by=sender").json().get("rows"), "name"))
                .containsExactly("origin.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minutes=10,5",
                "minutes=5,5",
                "minutes=0",
                "minutes=x",
                "rows=0",
                "by=size",
                "queue=x"
            })
    void aShapeThatMakesNoSenseShouldBeRefused(String query) {
        start();

        assertThat(get("/qmgr/shape?" + query).status()).isEqualTo(400);
    }

    @Test
    void destinationsShouldBeNoneWhileNothingIsInWork() {
        start();

        assertThat(get("/qmgr/destinations").json()).isEmpty();
    }

    @Test
    @Tag("A8")
    void everyRouteShouldBeBehindWebAdminsAuthentication() throws Exception {
        accept();
        authentication = (request, response) -> Spark.halt(401);
        start();

        assertThat(defined).isNotEmpty();
        for (String route : defined) {
            String method = route.substring(0, route.indexOf(' '));
            String path = route.substring(method.length() + 1).replaceAll(":[a-z]+", "x");
            assertThat(ask(method, path).status()).as(route).isEqualTo(401);
        }
    }

    @Test
    void theManualShouldDescribeEachRouteAndNoOther() throws Exception {
        start();

        List<String> described =
                HEADING.matcher(Files.readString(MANUAL))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .toList();

        assertThat(described).containsExactlyInAnyOrderElementsOf(defined);
    }

    @Test
    void theManualShouldNameEachCondition() throws Exception {
        String manual = Files.readString(MANUAL);

        assertThat(Selectors.CONDITIONS)
                .allSatisfy(name -> assertThat(manual).contains("| `" + name + "` |"));
        for (MessageAction action : MessageAction.values()) {
            assertThat(manual).contains("`" + action.asString() + "`");
        }
    }
}
