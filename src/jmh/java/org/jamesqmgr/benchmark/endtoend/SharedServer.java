/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jamesqmgr.testing.ArtemisBroker;

/** Ours with shared queues, and the broker that has them: it works for the server and counts with it. */
final class SharedServer implements MailServer {

    private final ArtemisBroker broker;
    private final JamesServer james;

    private SharedServer(ArtemisBroker broker, JamesServer james) {
        this.broker = broker;
        this.james = james;
    }

    static SharedServer start(Site site) throws IOException {
        ArtemisBroker broker = ArtemisBroker.start();
        return new SharedServer(broker, JamesServer.shared(site, broker));
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        james.awaitReady();
    }

    @Override
    public String name() {
        return james.name();
    }

    @Override
    public int port() {
        return james.port();
    }

    @Override
    public long pid() {
        return james.pid();
    }

    @Override
    public Duration processorTime() {
        return james.processorTime().plus(ProcessorTime.ofProcess(broker.pid()));
    }

    @Override
    public boolean isJvm() {
        return true;
    }

    @Override
    public Path home() {
        return james.home();
    }

    @Override
    public void close() {
        james.close();
        try {
            broker.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
