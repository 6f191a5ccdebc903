/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

import java.net.IDN;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * The questions of one search, which share one time limit. Names are absolute: no search path is tried. Use on one thread.
 *
 * <p>The library's caches hold what was asked before, and the machine's file of hosts goes before the name service, as with
 * any other program.
 */
final class DnsQuestions {

    private static final Logger LOGGER = LoggerFactory.getLogger(DnsQuestions.class);

    private final LookupSession session;
    private final LongSupplier nanoTime;
    private final long deadline;

    /**
     * @param limit for all questions together
     */
    DnsQuestions(LookupSession session, LongSupplier nanoTime, Duration limit) {
        this.session = session;
        this.nanoTime = nanoTime;
        this.deadline = nanoTime.getAsLong() + limit.toNanos();
    }

    DnsAnswer<MXRecord> exchangers(String domain) {
        return name(domain)
                .map(name -> wait(ask(name, Type.MX), name).map(MXRecord.class::cast))
                .orElseGet(DnsAnswer::nothing);
    }

    /** Both kinds of addresses of one host. */
    DnsAnswer<InetAddress> addresses(String host) {
        return askForAddresses(host).answer();
    }

    /** Asks now; the answer is waited for later, so that several hosts are asked for at a time. */
    Pending askForAddresses(String host) {
        return name(host)
                .map(name -> new Pending(name, List.of(ask(name, Type.A), ask(name, Type.AAAA))))
                .orElseGet(() -> new Pending(Name.root, List.of()));
    }

    /** What was asked about one host. */
    final class Pending {
        private final Name name;
        private final List<CompletableFuture<LookupResult>> questions;

        private Pending(Name name, List<CompletableFuture<LookupResult>> questions) {
            this.name = name;
            this.questions = questions;
        }

        DnsAnswer<InetAddress> answer() {
            return questions.stream()
                    .map(question -> DnsQuestions.this.wait(question, name))
                    .reduce(DnsAnswer.nothing(), DnsAnswer::and)
                    .map(DnsQuestions::address);
        }
    }

    private CompletableFuture<LookupResult> ask(Name name, int type) {
        return session.lookupAsync(name, type).toCompletableFuture();
    }

    private DnsAnswer<Record> wait(CompletableFuture<LookupResult> question, Name name) {
        try {
            long left = Math.max(0, deadline - nanoTime.getAsLong());
            return DnsAnswer.of(question.get(left, TimeUnit.NANOSECONDS).getRecords());
        } catch (ExecutionException e) {
            return without(e.getCause(), name);
        } catch (TimeoutException | CancellationException e) {
            return without(e, name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return without(e, name);
        }
    }

    private static <T> DnsAnswer<T> without(Throwable reason, Name name) {
        if (reason instanceof NoSuchDomainException || reason instanceof NoSuchRRSetException) {
            return DnsAnswer.nothing();
        }
        LOGGER.debug("no answer about {}", name, reason);
        return DnsAnswer.noAnswer();
    }

    private static InetAddress address(Record record) {
        return record instanceof ARecord
                ? ((ARecord) record).getAddress()
                : ((AAAARecord) record).getAddress();
    }

    /** Nothing for what cannot be a name, which then does not exist. */
    private static Optional<Name> name(String text) {
        try {
            return Optional.of(Name.fromString(IDN.toASCII(text), Name.root));
        } catch (TextParseException | IllegalArgumentException e) {
            LOGGER.debug("no name: {}", text, e);
            return Optional.empty();
        }
    }
}
