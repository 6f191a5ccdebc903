/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jamesqmgr.model.Nexthop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupSession;

@Tag("T9")
@Tag("D1")
@Timeout(30)
class DnsExchangersTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir private Path directory;
    private ToyNameServer server;
    private LookupSession session;

    @BeforeEach
    void startServer() throws IOException {
        server = new ToyNameServer();
        session = session(Duration.ofSeconds(5));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void domainShouldGoToItsExchangersByPreference() {
        server.knows(
                        "a.example",
                        "MX 20 two.example.",
                        "MX 10 One.example.",
                        "MX 30 three.example.")
                .knows("one.example", "A 192.0.2.1")
                .knows("two.example", "A 192.0.2.2", "AAAA 2001:db8::2")
                .knows("three.example", "A 192.0.2.3");

        List<Candidate> found = found("a.example");

        assertThat(found.subList(0, 1))
                .extracting(Candidate::asString)
                .containsExactly("one.example[192.0.2.1]");
        assertThat(found.subList(1, 3))
                .extracting(Candidate::asString)
                .containsExactlyInAnyOrder(
                        "two.example[192.0.2.2]", "two.example[2001:db8:0:0:0:0:0:2]");
        assertThat(found.subList(3, 4)).extracting(Candidate::preference).containsExactly(30);
    }

    @Test
    void equalExchangersShouldTakeTurns() {
        server.knows("a.example", "MX 10 one.example.", "MX 10 two.example.", "MX 20 last.example.")
                .knows("one.example", "A 192.0.2.1")
                .knows("two.example", "A 192.0.2.2")
                .knows("last.example", "A 192.0.2.3");
        Set<String> first = new HashSet<>();
        Set<String> last = new HashSet<>();
        IntStream.range(0, 64)
                .mapToObj(
                        seed ->
                                candidates(
                                        exchangers("", 0, address -> true, seed)
                                                .find(nexthop("a.example"))))
                .forEach(
                        found -> {
                            first.add(found.get(0).hostName());
                            last.add(found.get(2).hostName());
                        });

        assertThat(first).containsExactlyInAnyOrder("one.example", "two.example");
        assertThat(last).containsExactly("last.example");
    }

    @Test
    void domainWithoutExchangersShouldBeTheHostItself() {
        server.knows("a.example", "A 192.0.2.1");

        assertThat(found("a.example:2525"))
                .containsExactly(new Candidate("a.example", address("192.0.2.1"), 0));
    }

    @Test
    void aliasShouldBeFollowed() {
        server.knows("alias.example", "CNAME a.example.")
                .knows("a.example", "MX 10 mx.example.")
                .knows("mx.example", "CNAME host.example.")
                .knows("host.example", "A 192.0.2.1");

        assertThat(found("alias.example"))
                .extracting(Candidate::asString)
                .containsExactly("mx.example[192.0.2.1]");
    }

    @Test
    void hostInBracketsShouldNotBeAskedForExchangers() {
        server.knows("a.example", "MX 10 mx.example.", "A 192.0.2.1");

        assertThat(found("[a.example]:587"))
                .extracting(Candidate::asString)
                .containsExactly("a.example[192.0.2.1]");
        assertThat(server.questions()).doesNotContain("a.example MX");
    }

    @ParameterizedTest
    @CsvSource({
        "[192.0.2.1]:25, 192.0.2.1[192.0.2.1]",
        "[IPv6:2001:db8::1], 2001:db8::1[2001:db8:0:0:0:0:0:1]",
    })
    void addressLiteralShouldNotBeAskedFor(String nexthop, String candidate) {
        assertThat(found(nexthop)).extracting(Candidate::asString).containsExactly(candidate);
        assertThat(server.questions()).isEmpty();
    }

    @Test
    void hostsFileShouldGoBeforeTheNameService() throws IOException {
        server.knows("relay", "A 192.0.2.1");
        Path hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.9 relay\n");
        session =
                builder(Duration.ofSeconds(5)).hostsFileParser(new HostsFileParser(hosts)).build();

        assertThat(found("[relay]"))
                .extracting(Candidate::asString)
                .contains("relay[192.0.2.9]")
                .doesNotContain("relay[192.0.2.1]");
    }

    @Test
    void hostOnlyThisMachineKnowsShouldBeFound() {
        assertThat(found("[localhost]"))
                .isNotEmpty()
                .allMatch(candidate -> candidate.address().isLoopbackAddress());
    }

    @Test
    void nullExchangerShouldBeFinal() {
        server.knows("a.example", "MX 0 .", "A 192.0.2.1");

        assertThat(failure("a.example"))
                .isEqualTo("5.1.0 Domain a.example does not accept mail (nullMX)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown.example", "empty.example", "dead-mx.example", "a..example"})
    void whatDoesNotExistShouldBeFinal(String domain) {
        server.knows("empty.example", "TXT nothing")
                .knows(
                        "dead-mx.example",
                        "MX 10 unknown.example.",
                        "MX 20 empty.example.",
                        "A 192.0.2.1");

        assertThat(failure(domain))
                .isEqualTo(
                        "5.4.4 Host or domain name not found. Name service error for name=%s type=A: Host not found"
                                .formatted(domain));
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR, Rcode.NOTIMP})
    void troubleWithTheExchangersShouldBeTemporary(int rcode) {
        server.knows("a.example", "A 192.0.2.1").fails("a.example MX", rcode);

        assertThat(failure("a.example"))
                .isEqualTo(
                        "4.4.3 Host or domain name not found. Name service error for name=a.example type=MX: Host not found, try again");
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR})
    void troubleWithAllAddressesShouldBeTemporary(int rcode) {
        server.knows("a.example", "MX 10 mx.example.", "MX 20 unknown.example.")
                .knows("mx.example")
                .fails("mx.example A", rcode);

        assertThat(failure("a.example"))
                .isEqualTo(
                        "4.4.3 Host or domain name not found. Name service error for name=a.example type=A: Host not found, try again");
    }

    @Test
    void troubleWithOneExchangerShouldLeaveTheOthers() {
        server.knows("a.example", "MX 10 sick.example.", "MX 20 well.example.")
                .knows("well.example", "A 192.0.2.2")
                .fails("sick.example A", Rcode.SERVFAIL)
                .fails("sick.example AAAA", Rcode.SERVFAIL);

        assertThat(found("a.example"))
                .extracting(Candidate::asString)
                .containsExactly("well.example[192.0.2.2]");
    }

    @Test
    void silenceShouldBeTemporaryAndBounded() {
        server.keepsSilentOn("a.example MX");
        session = session(Duration.ofMinutes(10));
        long start = System.nanoTime();

        assertThat(failure(exchangers("", 0, Duration.ofMillis(300)), "a.example"))
                .startsWith("4.4.3 ")
                .contains("type=MX");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    @Test
    void silenceOfTheResolverShouldBeTemporary() {
        server.keepsSilentOn("a.example MX");
        session = session(Duration.ofMillis(100));

        assertThat(failure("a.example")).startsWith("4.4.3 ");
    }

    @Test
    void silenceAboutOneExchangerShouldNotCostTheOthers() {
        server.knows("a.example", "MX 10 silent.example.", "MX 20 well.example.")
                .knows("well.example", "A 192.0.2.2")
                .keepsSilentOn("silent.example A")
                .keepsSilentOn("silent.example AAAA");
        session = session(Duration.ofMinutes(10));

        assertThat(candidates(exchangers("", 0, Duration.ofMillis(500)).find(nexthop("a.example"))))
                .extracting(Candidate::asString)
                .containsExactly("well.example[192.0.2.2]");
    }

    @Test
    void interruptShouldBeTemporaryAndKept() {
        server.keepsSilentOn("a.example MX");
        Thread.currentThread().interrupt();

        String failure = failure("a.example");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).startsWith("4.4.3 ");
    }

    @Test
    void mailShouldNotComeBackToThisServer() {
        server.knows(
                        "a.example",
                        "MX 10 better.example.",
                        "MX 20 me.example.",
                        "MX 20 equal.example.",
                        "MX 30 worse.example.")
                .knows("better.example", "A 192.0.2.1")
                .knows("equal.example", "A 192.0.2.2")
                .knows("worse.example", "A 192.0.2.3")
                .knows("b.example", "MX 10 Me.Example.", "MX 20 better.example.")
                .knows("me.example", "A 192.0.2.4");
        DnsExchangers exchangers = exchangers("me.example", 0, LIMIT);

        assertThat(candidates(exchangers.find(nexthop("a.example"))))
                .extracting(Candidate::hostName)
                .containsExactly("better.example");
        assertThat(failure(exchangers, "b.example"))
                .isEqualTo("5.4.6 mail for b.example loops back to myself");
        assertThat(failure(exchangers, "me.example"))
                .isEqualTo("5.4.6 mail for me.example loops back to myself");
        assertThat(candidates(exchangers.find(nexthop("b.example:2525"))))
                .extracting(Candidate::hostName)
                .containsExactly("me.example", "better.example");
    }

    @Test
    void candidatesShouldBeBounded() {
        server.knows("a.example", "MX 10 one.example.", "MX 20 two.example.")
                .knows("one.example", "A 192.0.2.1", "A 192.0.2.2")
                .knows("two.example", "A 192.0.2.3", "A 192.0.2.4");

        List<Candidate> found = candidates(exchangers("", 3, LIMIT).find(nexthop("a.example")));

        assertThat(found).extracting(Candidate::preference).containsExactly(10, 10, 20);
    }

    @Test
    void hordeOfExchangersShouldNotBeAskedForOneByOne() {
        String[] horde =
                IntStream.range(0, 25)
                        .mapToObj("MX %1$d mx%1$d.example."::formatted)
                        .toArray(String[]::new);
        server.knows("a.example", horde);

        assertThat(failure("a.example")).startsWith("5.4.4 ");
        assertThat(server.questions()).contains("mx19.example A").doesNotContain("mx20.example A");
    }

    @Test
    void addressesOfAForeignKindShouldBeTheLastResort() {
        server.knows("both.example", "A 192.0.2.1", "AAAA 2001:db8::1")
                .knows("new.example", "AAAA 2001:db8::1");
        DnsExchangers exchangers = exchangers("", 0, address -> address instanceof Inet4Address, 1);

        assertThat(candidates(exchangers.find(nexthop("both.example"))))
                .extracting(Candidate::asString)
                .containsExactly("both.example[192.0.2.1]");
        assertThat(candidates(exchangers.find(nexthop("new.example")))).hasSize(1);
    }

    @Test
    void answersShouldBeRemembered() {
        server.knows("a.example", "MX 10 mx.example.").knows("mx.example", "A 192.0.2.1");
        found("a.example");
        found("a.example");

        assertThat(server.questions())
                .containsOnlyOnce("a.example MX")
                .containsOnlyOnce("mx.example A");
    }

    private LookupSession session(Duration timeout) {
        return builder(timeout).build();
    }

    private LookupSession.LookupSessionBuilder builder(Duration timeout) {
        SimpleResolver resolver = new SimpleResolver(server.address());
        resolver.setTimeout(timeout);
        return LookupSession.builder().resolver(resolver).cache(new Cache(DClass.IN));
    }

    private DnsExchangers exchangers(String myhostname, int limit, Duration timeout) {
        return exchangers(myhostname, limit, timeout, address -> true, 1);
    }

    private DnsExchangers exchangers(
            String myhostname, int limit, Predicate<InetAddress> reachable, long seed) {
        return exchangers(myhostname, limit, LIMIT, reachable, seed);
    }

    private DnsExchangers exchangers(
            String myhostname,
            int limit,
            Duration timeout,
            Predicate<InetAddress> reachable,
            long seed) {
        return new DnsExchangers(
                () -> session,
                new DnsExchangers.Settings(myhostname, limit, timeout),
                reachable,
                new Random(seed),
                System::nanoTime);
    }

    private List<Candidate> found(String nexthop) {
        return candidates(exchangers("", 0, LIMIT).find(nexthop(nexthop)));
    }

    private static List<Candidate> candidates(Lookup lookup) {
        return lookup.fold(
                Lookup.Found::candidates,
                failed -> {
                    throw new AssertionError(failed.status());
                });
    }

    private String failure(String nexthop) {
        return failure(exchangers("", 0, LIMIT), nexthop);
    }

    private static String failure(DnsExchangers exchangers, String nexthop) {
        return exchangers
                .find(nexthop(nexthop))
                .fold(
                        found -> "found " + found.candidates(),
                        failed -> failed.status().code() + " " + failed.status().reason());
    }

    private static Nexthop nexthop(String text) {
        return Nexthop.parse(text).orElseThrow();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
