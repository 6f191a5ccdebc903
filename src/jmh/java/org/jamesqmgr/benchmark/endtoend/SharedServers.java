/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jamesqmgr.testing.ArtemisBroker;

/**
 * Ours, one or several with shared queues, and the broker that has them: it works for the servers and
 * counts with them.
 */
final class SharedServers implements MailServer {

    private final String name;
    private final Path home;
    private final ArtemisBroker broker;
    private final List<JamesServer> servers = new ArrayList<>();

    private SharedServers(String name, Path home, ArtemisBroker broker) {
        this.name = name;
        this.home = home;
        this.broker = broker;
    }

    static SharedServers start(Site site, String name, int number) throws IOException {
        SharedServers shared = new SharedServers(name, site.root(), ArtemisBroker.start());
        for (int i = 1; i <= number; i++) {
            shared.servers.add(JamesServer.shared(site, name + "-" + i, shared.broker));
        }
        return shared;
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        for (JamesServer server : servers) {
            server.awaitReady();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Integer> ports() {
        return servers.stream().flatMap(server -> server.ports().stream()).toList();
    }

    /** Of the servers, then of the broker. */
    @Override
    public List<Long> pids() {
        Stream<Long> ours = servers.stream().flatMap(server -> server.pids().stream());
        return Stream.concat(ours, Stream.of(broker.pid())).toList();
    }

    @Override
    public Duration processorTime() {
        return pids().stream().map(ProcessorTime::ofProcess).reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public int jvms() {
        return servers.size();
    }

    @Override
    public Path home() {
        return home;
    }

    @Override
    public void close() {
        servers.forEach(JamesServer::close);
        try {
            broker.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
