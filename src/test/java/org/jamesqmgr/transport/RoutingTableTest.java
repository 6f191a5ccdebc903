/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.james.core.MaybeSender;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.Envelope;
import org.jamesqmgr.model.TransportName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T9")
class RoutingTableTest {

    private static final Map<TransportName, AgentKind> AGENTS =
            Map.of(
                    new TransportName("smtp"), AgentKind.SMTP,
                    new TransportName("slow"), AgentKind.SMTP,
                    new TransportName("local"), AgentKind.LOCAL,
                    new TransportName("error"), AgentKind.ERROR,
                    new TransportName("retry"), AgentKind.RETRY,
                    new TransportName("discard"), AgentKind.DISCARD);

    private static final TransportMap MAP =
            new TransportMap(
                    Map.of(
                            "Boss@Example.org", route("smtp:[boss.example]:2525"),
                            "example.org", route("slow:Relay.Example.org"),
                            ".example.org", route(":[SUB.example]"),
                            ".deep.example.org", route("slow:"),
                            "closed.example", route("error:5.1.1 No Such User"),
                            "silent.example", route("error:"),
                            "late.example", route("retry:Come Back"),
                            "gone.example", route("discard:"),
                            "direct.example", route(":"),
                            "here.example", route("local:")));

    private static final RelayHosts RELAYS =
            new RelayHosts(
                    Map.of(
                            "Vip@Origin.example", "[vip.example]:587",
                            "origin.example", "origin-relay.example",
                            "<>", "[reports.example]"),
                    "[Relay.example]:25");

    private static final RoutingTable PLAIN =
            new RoutingTable(AGENTS, TransportMap.EMPTY, RelayHosts.NONE);
    private static final RoutingTable TABLE = new RoutingTable(AGENTS, MAP, RELAYS);

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "smtp, user@Target.EXAMPLE, smtp:target.example",
        "smtp, user@[192.0.2.7], smtp:[192.0.2.7]",
        "slow, user@target.example, slow:target.example",
        "local, user@Target.example, local:target.example",
        "error, user@target.example, error:",
        "retry, user@target.example, retry:",
        "discard, user@target.example, discard:",
        "forgotten, user@Target.example, forgotten:target.example",
    })
    void routeShouldBeTheDomainWhereNothingIsConfigured(
            String transport, String recipient, String destination) {
        assertThat(route(PLAIN, transport, "s@elsewhere.example", recipient))
                .isEqualTo(destination);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "boss@example.org, smtp:[boss.example]:2525",
        "BOSS@EXAMPLE.ORG, smtp:[boss.example]:2525",
        "other@example.org, slow:relay.example.org",
        "user@a.example.org, smtp:[sub.example]",
        "user@b.a.example.org, smtp:[sub.example]",
        "user@deep.example.org, smtp:[sub.example]",
        "user@x.deep.example.org, slow:x.deep.example.org",
        "user@notexample.org, smtp:[relay.example]:25",
        "user@closed.example, error:5.1.1 No Such User",
        "user@silent.example, error:",
        "user@late.example, retry:Come Back",
        "user@gone.example, discard:",
        "user@here.example, local:here.example",
        "user@direct.example, smtp:[relay.example]:25",
        "user@elsewhere.example, smtp:[relay.example]:25",
    })
    void routeShouldTakeTheMostSpecialEntryOfTheMap(String recipient, String destination) {
        assertThat(route(TABLE, "smtp", "s@elsewhere.example", recipient)).isEqualTo(destination);
    }

    @ParameterizedTest(name = "from {0}: {1}")
    @CsvSource({
        "vip@origin.example, smtp:[vip.example]:587",
        "VIP@ORIGIN.example, smtp:[vip.example]:587",
        "other@origin.example, smtp:origin-relay.example",
        "user@sub.origin.example, smtp:[relay.example]:25",
        "<>, smtp:[reports.example]",
    })
    void routeShouldLookAtTheSenderBeforeTheRelayhost(String sender, String destination) {
        assertThat(route(TABLE, "smtp", sender, "user@target.example")).isEqualTo(destination);
    }

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource({
        "user@example.org, local, local:example.org",
        "user@target.example, local, local:target.example",
        "user@example.org, error, error:",
        "user@example.org, forgotten, forgotten:example.org",
        "user@target.example, slow, slow:[relay.example]:25",
        "user@a.example.org, slow, slow:[sub.example]",
    })
    void mapsAndRelaysShouldBeForServersAlone(
            String recipient, String transport, String destination) {
        assertThat(route(TABLE, transport, "s@elsewhere.example", recipient))
                .isEqualTo(destination);
    }

    @Test
    void wildcardShouldGoBeforeRelaysButAfterAllOtherEntries() {
        RoutingTable table =
                new RoutingTable(
                        AGENTS,
                        new TransportMap(
                                Map.of("*", route("slow:all.example"), ".example", route(":"))),
                        RELAYS);

        assertThat(route(table, "smtp", "vip@origin.example", "user@other.test"))
                .isEqualTo("slow:all.example");
        assertThat(route(table, "smtp", "vip@origin.example", "user@target.example"))
                .isEqualTo("smtp:[vip.example]:587");
    }

    @ParameterizedTest(name = "{0} asked for {1}: {2}")
    @CsvSource({
        "smtp, [Asked.example]:2525, smtp:[asked.example]:2525",
        "smtp, Asked.example, smtp:asked.example",
        "smtp, [IPv6:2001:DB8::1], smtp:[ipv6:2001:db8::1]",
        "error, 5.7.1 Not For You, error:5.7.1 Not For You",
        "forgotten, Asked.example, forgotten:asked.example",
    })
    void nexthopOfTheMessageShouldGoBeforeEverything(
            String transport, String asked, String destination) {
        assertThat(route(TABLE, transport, "vip@origin.example", "boss@example.org", asked))
                .isEqualTo(destination);
    }

    private static String route(
            RoutingTable table, String transport, String sender, String recipient) {
        return route(table, transport, sender, recipient, "");
    }

    private static String route(
            RoutingTable table, String transport, String sender, String recipient, String nexthop) {
        Envelope envelope =
                new Envelope(
                        new TransportName(transport),
                        sender.equals("<>")
                                ? MaybeSender.nullSender()
                                : MaybeSender.of(address(sender)),
                        List.of(address(recipient)),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        Envelope.NORMAL_PRIORITY,
                        Map.of(),
                        new DeliveryOptions(
                                nexthop, DeliveryOptions.Returned.UNSPECIFIED, "", Map.of()));
        return table.route(envelope, address(recipient)).toString();
    }

    private static Route route(String text) {
        return Route.parse(text).orElseThrow();
    }
}
