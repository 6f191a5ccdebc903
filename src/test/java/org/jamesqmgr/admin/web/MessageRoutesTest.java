/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRoutesTest extends WebFixture {

    private static final String UNKNOWN = "4fXk2Q1bTnz3Gh7d";

    // ------------------------------------------------------------------ looking

    @Test
    @Tag("A1")
    void listShouldShowAMessageAndWhyItWaits() throws Exception {
        QueueId id = acceptDeferred();
        start();

        JsonNode listed = get("/qmgr/messages").json().get("messages").get(0);

        assertThat(listed.get("id").asText()).isEqualTo(id.asString());
        assertThat(listed.get("queue").asText()).isEqualTo("deferred");
        assertThat(listed.get("transport").asText()).isEqualTo("smtp");
        assertThat(listed.get("sender").asText()).isEqualTo("sender@origin.example");
        assertThat(listed.get("arrival").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(listed.get("due").asText()).isEqualTo("2026-01-01T12:16:40Z");
        assertThat(listed.get("size").asInt()).isEqualTo(CONTENT.length());
        JsonNode to = listed.get("recipients").get(0);
        assertThat(to.get("address").asText()).isEqualTo("recipient@target.example");
        assertThat(to.get("state").asText()).isEqualTo("pending");
        assertThat(to.get("status").asText()).isEqualTo("4.2.0");
        assertThat(to.get("reason").asText()).contains("450 4.2.0 later");
    }

    @Test
    @Tag("X1")
    void listShouldNameTheServerThatWorksOnAMessage() throws Exception {
        QueueId id = accept(1).get(0);
        start();
        assertThat(store.claim(id)).isPresent();
        assertThat(get("/qmgr/messages/" + id).json().at("/message/server").asText()).isEmpty();

        store.worksElsewhere(id, "mx2.example");

        JsonNode listed = get("/qmgr/messages").json().get("messages").get(0);
        assertThat(listed.get("server").asText()).isEqualTo("mx2.example");
        assertThat(ask("DELETE", "/qmgr/messages/" + id).status()).isEqualTo(202);
    }

    @Test
    @Tag("A1")
    void pagesShouldHaveEachMessageOnceAndInOrder() throws Exception {
        List<QueueId> ids = accept(25);
        start();

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            String next = cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor);
            JsonNode page = get("/qmgr/messages?limit=10" + next).json();
            assertThat(page.get("messages").size()).isLessThanOrEqualTo(10);
            seen.addAll(texts(page.get("messages"), "id"));
            cursor = page.get("cursor").asText();
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(ids.stream().map(QueueId::asString).toList());
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            strings = {
                "queue=hold,deferred",
                "queue=hold&queue=deferred",
                "transport=local",
                "sender=Odd@Origin.example",
                "sender=%40origin.example&recipient=b@odd.example",
                "recipient=b%40odd.example",
                "address=%40odd.example",
                "domain=odd.example",
                "olderThan=30m"
            })
    void listShouldShowOnlyWhatMeetsTheConditions(String conditions) throws Exception {
        accept();
        QueueId odd =
                accept(
                        EnvelopeBuilder.mail(new TransportName("local"), NOW.minusSeconds(3600))
                                .from(MaybeSender.getMailSender("odd@origin.example"))
                                .to("b@odd.example"));
        memory.hold(odd, "for a look");
        start();

        assertThat(texts(get("/qmgr/messages?" + conditions).json().get("messages"), "id"))
                .containsExactly(odd.asString());
    }

    @Test
    @Tag("A7")
    void listShouldFindTheNullSender() throws Exception {
        accept();
        QueueId report = accept(mail().from(MaybeSender.nullSender()));
        start();

        JsonNode messages = get("/qmgr/messages?sender=" + encoded("<>")).json().get("messages");

        assertThat(texts(messages, "id")).containsExactly(report.asString());
        assertThat(texts(messages, "sender")).containsExactly("<>");
    }

    @Test
    @Tag("A7")
    void listShouldFindSizeAndReason() throws Exception {
        QueueId id = acceptDeferred();
        start();

        assertThat(get("/qmgr/messages?largerThan=1K").json().get("messages")).isEmpty();
        assertThat(
                        texts(
                                get("/qmgr/messages?largerThan=5&reason=LATER")
                                        .json()
                                        .get("messages"),
                                "id"))
                .containsExactly(id.asString());
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit: '0' is not allowed",
        "limit=1001, a whole number from 1 to 1000",
        "limit=-1, a whole number from 1 to 1000",
        "limit=ten, limit: 'ten'",
        "limit=99999999999, limit:",
        "limit=1&limit=2, one value",
        "limit=, a value; leave the parameter out",
        "queue=Deferred, 'one of incoming, active, deferred, hold'",
        "queue=corrupt, queue: 'corrupt'",
        "queue=, queue: ''",
        "queue=hold%2C, queue: ''",
        "sendr=a@b.example, parameter: 'sendr'",
        "sender=, sender: ''",
        "sender=joe, @example.org for all of a domain",
        "sender=a+b@x.example, a plus sign is written %2B",
        "recipient=%3C%3E, recipient: '<>'",
        "recipient=a@, recipient: 'a@'",
        "domain=a@b.example, 'a domain, such as example.org'",
        "reason=%20, reason: ' '",
        "transport=, transport: ''",
        "olderThan=-5, olderThan: '-5'",
        "olderThan=1y, 'unit s, m, h, d or w'",
        "olderThan=99999999999999999999, olderThan:",
        "largerThan=1T, 'unit K, M or G'",
        "id=x, id: 'x'",
        "id=, id: ''",
        "cursor=x, not a cursor: x",
        "cursor=, cursor: ''"
    })
    void listShouldSayWhatIsWrongWhereAndWhatIsAllowed(String query, String said) throws Exception {
        start();

        Answer answer = get("/qmgr/messages?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.complaint()).contains(said);
    }

    @Test
    @Tag("X2")
    void showShouldTellAllThatIsKnownOfAMessage() throws Exception {
        QueueId id = acceptDeferred();
        start();

        JsonNode shown = get("/qmgr/messages/" + id).json();

        assertThat(shown.get("message").get("id").asText()).isEqualTo(id.asString());
        assertThat(shown.get("attempts").asInt()).isEqualTo(1);
        assertThat(shown.get("expires").asText()).isEqualTo("2026-01-06T12:00:00Z");
        JsonNode attempt = shown.get("history").get(0);
        assertThat(attempt.get("time").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(attempt.get("outcome").asText()).isEqualTo("deferred");
        assertThat(attempt.get("relay").asText()).isEqualTo("mx.target.example[192.0.2.1]:25");
        assertThat(shown.get("explanation").get("where").asText()).isNotEmpty();
        assertThat(shown.get("explanation").get("next").asText()).isNotEmpty();
        assertThat(shown.get("explanation").get("changes").isArray()).isTrue();
    }

    @Test
    @Tag("A5")
    void contentShouldBeAnsweredByteForByte() throws Exception {
        String text = "Subject: long\r\n\r\n" + "0123456789abcdef\r\n".repeat(20_000);
        QueueId id = memory.accept(mail().build(), out -> out.write(text.getBytes(US_ASCII)));
        start();

        Answer answer = get("/qmgr/messages/" + id + "/content");

        assertThat(answer.type()).isEqualTo("message/rfc822");
        assertThat(answer.text().equals(text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ''",
        "GET, /content",
        "DELETE, ''",
        "PATCH, ?action=hold",
        "PATCH, ?action=release",
        "PATCH, ?action=requeue",
        "PATCH, ?action=expire",
        "PATCH, ?action=flush"
    })
    void anUnknownIdShouldBeNotFound(String method, String rest) throws Exception {
        accept();
        start();

        Answer answer = ask(method, "/qmgr/messages/" + UNKNOWN + rest);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.complaint()).contains("no message " + UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2F..%2Fconf%2Fqmgr.xml",
                "%2e%2e",
                "*",
                "ALL",
                "all",
                "-",
                "4fXk2Q1bTnz3Gh7",
                "4fXk2Q1bTnz3Gh7d7",
                "4fXk2Q1bTnz3Gh7%00",
                "%20",
                "%D7%90",
                "%25s%25n"
            })
    void aHostileIdShouldNeverMeanAMessage(String id) throws Exception {
        accept(3);
        start();

        for (String method : List.of("GET", "DELETE")) {
            assertThat(ask(method, "/qmgr/messages/" + id).status()).isIn(400, 404);
        }
        assertThat(ask("PATCH", "/qmgr/messages/" + id + "?action=hold").status()).isIn(400, 404);
        assertThat(memory.counts()).containsEntry(QueueName.INCOMING, 3L);
    }

    @Test
    void anEmptyIdShouldNotMeanAll() throws Exception {
        accept(3);
        start();

        assertThat(ask("DELETE", "/qmgr/messages/").status()).isEqualTo(404);
        assertThat(memory.counts()).containsEntry(QueueName.INCOMING, 3L);
    }

    // ------------------------------------------------------------------ acting on one

    @Test
    @Tag("A2")
    void deleteShouldDeleteOneMessageForGood() throws Exception {
        QueueId id = accept();
        QueueId other = accept();
        start();

        assertThat(ask("DELETE", "/qmgr/messages/" + id).status()).isEqualTo(204);

        assertThat(memory.find(id)).isEmpty();
        assertThat(memory.find(other)).isPresent();
        assertThat(ask("DELETE", "/qmgr/messages/" + id).status()).isEqualTo(404);
    }

    @Test
    @Tag("A3")
    void holdAndReleaseShouldSayWhatTheyDid() throws Exception {
        QueueId id = accept();
        start();

        Answer held = ask("PATCH", "/qmgr/messages/" + id + "?action=hold");
        assertThat(held.status()).isEqualTo(200);
        assertThat(held.json().get("outcome").asText()).isEqualTo("done");
        assertThat(queueOf(id)).isEqualTo(QueueName.HOLD);

        Answer again = ask("PATCH", "/qmgr/messages/" + id + "?action=hold");
        assertThat(again.json().get("outcome").asText()).isEqualTo("already");

        ask("PATCH", "/qmgr/messages/" + id + "?action=release");
        assertThat(queueOf(id)).isEqualTo(QueueName.DEFERRED);
    }

    @Test
    @Tag("A2")
    void expireShouldMarkAMessage() throws Exception {
        QueueId id = acceptDeferred();
        start();

        assertThat(ask("PATCH", "/qmgr/messages/" + id + "?action=expire").status()).isIn(200, 202);

        assertThat(
                        get("/qmgr/messages/" + id)
                                .json()
                                .get("message")
                                .get("forcedExpire")
                                .asBoolean())
                .isTrue();
    }

    @Test
    @Tag("D7")
    void flushShouldMakeOneMessageDue() throws Exception {
        QueueId id = acceptDeferred();
        start();

        assertThat(ask("PATCH", "/qmgr/messages/" + id + "?action=flush").status()).isEqualTo(200);

        assertThat(memory.find(id).orElseThrow().status().due()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?action=", "?action=delete", "?action=Hold", "?action=hold&x=1"})
    void anActionThatIsNoneShouldBeRefused(String query) throws Exception {
        QueueId id = accept();
        start();

        assertThat(ask("PATCH", "/qmgr/messages/" + id + query).status()).isEqualTo(400);
        assertThat(ask("PATCH", "/qmgr/messages" + query).status()).isEqualTo(400);
        assertThat(queueOf(id)).isEqualTo(QueueName.INCOMING);
    }

    @Test
    void aStoreThatFailsShouldBeTold() throws Exception {
        QueueId id = accept();
        start();
        store.fail(true);

        Answer answer = get("/qmgr/messages/" + id);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.complaint()).contains("the message store failed");
    }

    // ------------------------------------------------------------------ acting on many

    @Test
    @Tag("A7")
    void deleteByConditionShouldBeATaskThatDeletesThoseAlone() throws Exception {
        accept(3);
        QueueId other = accept(mail().to("joe@other.example"));
        start();

        JsonNode ended = task("DELETE", "/qmgr/messages?domain=target.example");

        assertThat(ended.get("status").asText()).isEqualTo("completed");
        assertThat(ended.get("type").asText()).isEqualTo("qmgr-messages");
        JsonNode details = ended.get("additionalInformation");
        assertThat(details.get("action").asText()).isEqualTo("delete");
        assertThat(details.get("query").get("domain").get(0).asText()).isEqualTo("target.example");
        assertThat(details.get("done").asInt()).isEqualTo(3);
        assertThat(details.get("failed").asInt()).isZero();
        assertThat(details.get("timestamp").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(memory.list(SMTP)).extracting(message -> message.id()).containsExactly(other);
    }

    @Test
    @Tag("A2")
    void aTaskShouldGoOverAllPages() throws Exception {
        accept(1_234);
        start();

        JsonNode ended = task("DELETE", "/qmgr/messages?all=true");

        assertThat(ended.get("additionalInformation").get("done").asInt()).isEqualTo(1_234);
        assertThat(memory.count(SMTP)).isZero();
    }

    @Test
    @Tag("A3")
    void holdByIdsShouldSayWhichAreNotThere() throws Exception {
        List<QueueId> ids = accept(3);
        start();

        JsonNode ended =
                task(
                        "PATCH",
                        "/qmgr/messages?action=hold&id="
                                + ids.get(0)
                                + ","
                                + ids.get(2)
                                + "&id="
                                + UNKNOWN);

        JsonNode details = ended.get("additionalInformation");
        assertThat(details.get("done").asInt()).isEqualTo(2);
        assertThat(details.get("unknown").asInt()).isEqualTo(1);
        assertThat(queueOf(ids.get(1))).isEqualTo(QueueName.INCOMING);
        assertThat(queueOf(ids.get(2))).isEqualTo(QueueName.HOLD);
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            strings = {
                "",
                "?",
                "?all=false",
                "?all=yes",
                "?ALL=true",
                "?all=true&sender=a@b.example",
                "?sendr=a@b.example",
                "?sender=",
                "?id=",
                "?limit=5&all=true"
            })
    void deletingShouldNotBeginUnlessItIsCertainWhatIsMeant(String query) throws Exception {
        accept(3);
        start();

        Answer answer = ask("DELETE", "/qmgr/messages" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(taskManager.list()).isEmpty();
        assertThat(memory.counts()).containsEntry(QueueName.INCOMING, 3L);
    }

    @Test
    @Tag("A7")
    void aTaskWhoseStoreFailsShouldEndAndSayWhy() throws Exception {
        accept(3);
        start();
        store.fail(true);

        JsonNode ended = task("DELETE", "/qmgr/messages?all=true");

        assertThat(ended.get("status").asText()).isEqualTo("failed");
        assertThat(ended.get("additionalInformation").get("problem").asText())
                .startsWith("ended early: ");
    }

    @Test
    @Tag("A7")
    void ageShouldBeCountedFromArrival() throws Exception {
        QueueId old = accept();
        clock.pass(Duration.ofHours(2));
        QueueId young = accept(EnvelopeBuilder.mail(SMTP, clock.instant()));
        start();

        task("DELETE", "/qmgr/messages?olderThan=1h");

        assertThat(memory.find(old)).isEmpty();
        assertThat(memory.find(young)).isPresent();
    }
}
