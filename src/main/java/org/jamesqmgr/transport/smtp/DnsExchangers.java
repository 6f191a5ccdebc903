/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jamesqmgr.model.Nexthop;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.lookup.LookupSession;

/**
 * Finds hosts by the DNS: the mail exchangers of a domain (RFC 5321 section 5.1), or the addresses of the domain itself if it
 * has none. A domain that says it takes no mail (RFC 7505) gets none; this server is never its own exchanger.
 *
 * <p>What the DNS does not know is final; what it cannot say now is temporary, be it a failing, refusing or silent server.
 */
public final class DnsExchangers implements Exchangers {

    /** So many exchangers are looked at: enough for any domain that means it well. */
    private static final int MOST_EXCHANGERS = 20;

    private static final int SMTP_PORT = 25;

    private final Supplier<LookupSession> sessions;
    private final Settings settings;
    private final Predicate<InetAddress> reachable;
    private final Random random;
    private final LongSupplier nanoTime;

    /**
     * What an administrator can set.
     *
     * @param myhostname the name of this server, which is not to send mail to itself
     * @param addressLimit most candidates of one search; 0 is without limit ({@code smtp_mx_address_limit})
     * @param timeout for one search with all its questions
     */
    public record Settings(String myhostname, int addressLimit, Duration timeout) {}

    /**
     * @param sessions asked for at each search, since James sets up its name service when it likes
     * @param reachable addresses of a kind this machine has; others are taken only if there is nothing else
     * @param random for the order of equal exchangers
     */
    public DnsExchangers(
            Supplier<LookupSession> sessions,
            Settings settings,
            Predicate<InetAddress> reachable,
            Random random,
            LongSupplier nanoTime) {
        this.sessions = sessions;
        this.settings = settings;
        this.reachable = reachable;
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /** With the servers and the cache of James's own name service, or of the system until James has set them. */
    public static DnsExchangers ofJames(Settings settings) {
        return new DnsExchangers(
                DnsExchangers::sessionOfJames,
                settings,
                new DnsFamilies(),
                new Random(),
                System::nanoTime);
    }

    private static LookupSession sessionOfJames() {
        return LookupSession.defaultBuilder()
                .resolver(org.xbill.DNS.Lookup.getDefaultResolver())
                .clearCaches()
                .cache(org.xbill.DNS.Lookup.getDefaultCache(DClass.IN))
                .build();
    }

    @Override
    public Lookup find(Nexthop nexthop) {
        DnsQuestions questions = new DnsQuestions(sessions.get(), nanoTime, settings.timeout());
        return nexthop.exchangers()
                ? findExchangers(nexthop, questions)
                : found(nexthop.host(), addressesOfHost(nexthop.host(), questions));
    }

    private Lookup findExchangers(Nexthop nexthop, DnsQuestions questions) {
        String domain = nexthop.host();
        DnsAnswer<MXRecord> exchangers = questions.exchangers(domain);
        if (exchangers.trouble()) {
            return DnsFailures.noAnswer(domain, "MX");
        }
        if (exchangers.empty()) {
            return isSelf(domain, nexthop)
                    ? DnsFailures.loop(domain)
                    : found(domain, candidates(domain, 0, questions.addresses(domain)));
        }
        if (isNull(exchangers.records())) {
            return DnsFailures.noMail(domain);
        }
        List<MXRecord> others = betterThanSelf(exchangers.records(), nexthop);
        return others.isEmpty()
                ? DnsFailures.loop(domain)
                : found(domain, candidates(others, questions));
    }

    private static boolean isNull(List<MXRecord> exchangers) {
        return exchangers.size() == 1 && exchangers.get(0).getTarget().equals(Name.root);
    }

    /** From this server on, mail would come back: what is as good or worse is not for us to use. */
    private List<MXRecord> betterThanSelf(List<MXRecord> exchangers, Nexthop nexthop) {
        int bound =
                exchangers.stream()
                        .filter(exchanger -> isSelf(host(exchanger), nexthop))
                        .mapToInt(MXRecord::getPriority)
                        .min()
                        .orElse(Integer.MAX_VALUE);
        return exchangers.stream().filter(exchanger -> exchanger.getPriority() < bound).toList();
    }

    /** On another port there is another server. */
    private boolean isSelf(String host, Nexthop nexthop) {
        boolean smtp = nexthop.port() == 0 || nexthop.port() == SMTP_PORT;
        return smtp && host.equalsIgnoreCase(settings.myhostname());
    }

    private static String host(MXRecord exchanger) {
        return exchanger.getTarget().toString(true).toLowerCase(Locale.ROOT);
    }

    /** All are asked for at once: one slow server must not use up the time of the others. */
    private DnsAnswer<Candidate> candidates(List<MXRecord> exchangers, DnsQuestions questions) {
        List<MXRecord> shuffled = new ArrayList<>(exchangers);
        Collections.shuffle(shuffled, random);
        List<Supplier<DnsAnswer<Candidate>>> pending =
                shuffled.stream()
                        .sorted(Comparator.comparingInt(MXRecord::getPriority))
                        .limit(MOST_EXCHANGERS)
                        .map(exchanger -> ask(exchanger, questions))
                        .toList();
        return pending.stream().map(Supplier::get).reduce(DnsAnswer.nothing(), DnsAnswer::and);
    }

    private static Supplier<DnsAnswer<Candidate>> ask(MXRecord exchanger, DnsQuestions questions) {
        DnsQuestions.Pending addresses = questions.askForAddresses(host(exchanger));
        return () -> candidates(host(exchanger), exchanger.getPriority(), addresses.answer());
    }

    private static DnsAnswer<Candidate> candidates(
            String host, int preference, DnsAnswer<InetAddress> addresses) {
        return addresses.map(address -> new Candidate(host, address, preference));
    }

    /** A host an administrator has named may be one that only this machine knows. */
    private static DnsAnswer<Candidate> addressesOfHost(String host, DnsQuestions questions) {
        if (DnsFamilies.isNumeric(host)) {
            return candidates(host, 0, ofSystem(host));
        }
        DnsAnswer<InetAddress> addresses = questions.addresses(host);
        boolean unknown = addresses.empty() && !addresses.trouble();
        return candidates(host, 0, unknown ? ofSystem(host) : addresses);
    }

    private static DnsAnswer<InetAddress> ofSystem(String host) {
        try {
            return DnsAnswer.of(List.of(InetAddress.getAllByName(host)));
        } catch (UnknownHostException e) {
            return DnsAnswer.nothing();
        }
    }

    private Lookup found(String name, DnsAnswer<Candidate> answer) {
        if (answer.empty()) {
            return answer.trouble() ? DnsFailures.noAnswer(name, "A") : DnsFailures.notFound(name);
        }
        return new Lookup.Found(inOrder(answer.records()));
    }

    private List<Candidate> inOrder(List<Candidate> candidates) {
        List<Candidate> shuffled = new ArrayList<>(usable(candidates));
        Collections.shuffle(shuffled, random);
        Stream<Candidate> sorted =
                shuffled.stream().sorted(Comparator.comparingInt(Candidate::preference));
        return settings.addressLimit() == 0
                ? sorted.toList()
                : sorted.limit(settings.addressLimit()).toList();
    }

    private List<Candidate> usable(List<Candidate> candidates) {
        List<Candidate> usable =
                candidates.stream()
                        .filter(candidate -> reachable.test(candidate.address()))
                        .toList();
        return usable.isEmpty() ? candidates : usable;
    }
}
