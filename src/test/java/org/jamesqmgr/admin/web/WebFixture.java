/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.name.Names;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.james.json.DTOConverter;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.task.Hostname;
import org.apache.james.task.MemoryTaskManager;
import org.apache.james.webadmin.RandomPortSupplier;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.WebAdminConfiguration;
import org.apache.james.webadmin.WebAdminServer;
import org.apache.james.webadmin.authentication.AuthenticationFilter;
import org.apache.james.webadmin.mdc.LoggingRequestFilter;
import org.apache.james.webadmin.routes.TasksRoutes;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.jamesqmgr.admin.Clogs;
import org.jamesqmgr.admin.HealthInspector;
import org.jamesqmgr.admin.QueueAdmin;
import org.jamesqmgr.admin.Reload;
import org.jamesqmgr.admin.Unwired;
import org.jamesqmgr.engine.EngineSettings;
import org.jamesqmgr.engine.FreeSpace;
import org.jamesqmgr.engine.QueueEventListener;
import org.jamesqmgr.engine.QueueManager;
import org.jamesqmgr.james.queue.PipelineEntrance;
import org.jamesqmgr.model.QueueId;
import org.jamesqmgr.model.QueueName;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.MessageLease;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.testing.Attempts;
import org.jamesqmgr.testing.EnvelopeBuilder;
import org.jamesqmgr.testing.FailingMessageStore;
import org.jamesqmgr.testing.MemoryMessageStore;
import org.jamesqmgr.testing.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import spark.Service;

/** A WebAdmin server that has the routes of a queue manager on a store in memory; nobody drains it. */
@Timeout(120)
abstract class WebFixture {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final TransportName SMTP = new TransportName("smtp");
    static final String CONTENT = "Subject: hello\r\n\r\nbody\r\n";

    private static final ObjectMapper JSON = new ObjectMapper();

    final SettableClock clock = new SettableClock(NOW);
    final MemoryMessageStore memory = new MemoryMessageStore(clock);
    final FailingMessageStore store = new FailingMessageStore(memory);
    final Clogs clogs = new Clogs(clock);
    final MemoryTaskManager taskManager = new MemoryTaskManager(new Hostname("localhost"));
    final List<String> defined = new ArrayList<>();
    final AtomicReference<Reload> reload = new AtomicReference<>(() -> {});
    AuthenticationFilter authentication = (request, response) -> {};
    QueueAdmin admin;

    private final HttpClient http = HttpClient.newHttpClient();
    private QueueManager queueManager;
    private WebAdminServer server;

    /** What came back. */
    record Answer(int status, String type, String text) {

        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new IllegalStateException(text, e);
            }
        }

        /** All that an error says. */
        String complaint() {
            return json().get("message").asText() + ": " + json().get("details").asText();
        }
    }

    /** To be called once the queues have what the test needs. */
    void start() {
        EngineSettings settings = EngineSettings.defaults().withStopTimeout(Duration.ZERO);
        queueManager = QueueManager.start(store, settings, clock, QueueEventListener.NONE);
        PipelineEntrance entrance = new PipelineEntrance("mail.example", ZoneOffset.UTC);
        admin = new QueueAdmin(queueManager, store, entrance, clock);
        JsonTransformer json = new JsonTransformer(Set.of());
        QmgrRoutes routes =
                new QmgrRoutes(
                        admin,
                        new HealthInspector(
                                admin, clogs, FreeSpace.UNLIMITED, new Unwired(List.of())),
                        () -> reload.get().reload(),
                        new MessageTasks(admin, clock),
                        taskManager,
                        json);
        TasksRoutes tasks =
                new TasksRoutes(taskManager, json, DTOConverter.of(TaskDetails.module()));
        server = injector(List.of(noting(routes), tasks)).getInstance(WebAdminServer.class);
        server.start();
    }

    /** WebAdmin's own constructor is for an injector alone. */
    private Injector injector(List<Routes> routes) {
        return Guice.createInjector(
                binder -> {
                    binder.bind(WebAdminConfiguration.class)
                            .toInstance(
                                    WebAdminConfiguration.builder()
                                            .enabled()
                                            .host("127.0.0.1")
                                            .port(new RandomPortSupplier())
                                            .build());
                    binder.bind(
                                    Key.get(
                                            new TypeLiteral<List<Routes>>() {},
                                            Names.named("webAdminRoutes")))
                            .toInstance(routes);
                    binder.bind(AuthenticationFilter.class).toInstance(authentication);
                    binder.bind(MetricFactory.class).toInstance(new RecordingMetricFactory());
                    binder.bind(LoggingRequestFilter.class)
                            .toInstance(LoggingRequestFilter.create());
                });
    }

    private Routes noting(QmgrRoutes routes) {
        return new Routes() {
            @Override
            public String getBasePath() {
                return routes.getBasePath();
            }

            @Override
            public void define(Service service) {
                Set<String> before = Set.copyOf(all(service));
                routes.define(service);
                all(service).stream()
                        .filter(route -> !before.contains(route))
                        .forEach(defined::add);
            }
        };
    }

    private static List<String> all(Service service) {
        return service.routes().stream()
                .map(
                        route ->
                                route.getHttpMethod().name().toUpperCase(Locale.ROOT)
                                        + " "
                                        + route.getMatchUri())
                .toList();
    }

    @AfterEach
    void stop() throws Exception {
        store.fail(false);
        if (server != null) {
            server.destroy();
        }
        taskManager.stop();
        if (queueManager != null) {
            queueManager.close();
        }
    }

    // ------------------------------------------------------------------ what is in the queues

    static EnvelopeBuilder mail() {
        return EnvelopeBuilder.mail(SMTP, NOW);
    }

    QueueId accept() throws MessageStoreException {
        return accept(mail());
    }

    QueueId accept(EnvelopeBuilder mail) throws MessageStoreException {
        return memory.accept(mail.build(), out -> out.write(CONTENT.getBytes(US_ASCII)));
    }

    List<QueueId> accept(int messages) throws MessageStoreException {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(accept());
        }
        return ids;
    }

    /** One that failed once, and waits. */
    QueueId acceptDeferred() throws MessageStoreException {
        QueueId id = accept();
        MessageLease lease = memory.claim(id).orElseThrow();
        lease.begin(NOW);
        lease.record(
                List.of(Attempts.deferred(NOW, "recipient@target.example", "450 4.2.0 later")));
        lease.defer(lease.message().status().deferred(NOW.plusSeconds(1000), ""));
        return id;
    }

    /** One that is found to be damaged. */
    QueueId acceptCorrupt() throws MessageStoreException {
        QueueId id = accept();
        memory.damage(id);
        memory.claim(id);
        assertThat(memory.counts()).containsEntry(QueueName.CORRUPT, 1L);
        return id;
    }

    QueueName queueOf(QueueId id) {
        return memory.find(id).orElseThrow().queue();
    }

    // ------------------------------------------------------------------ what is asked

    Answer get(String path) {
        return ask("GET", path);
    }

    Answer ask(String method, String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getPort().getValue() + path);
            HttpResponse<byte[]> response =
                    http.send(
                            HttpRequest.newBuilder(uri)
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    new String(response.body(), UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a task and waits for its end, as a client of WebAdmin does. */
    JsonNode task(String method, String path) {
        Answer started = ask(method, path);
        assertThat(started.status()).as(started.text()).isEqualTo(201);
        String id = started.json().get("taskId").asText();
        return get("/tasks/" + id + "/await?timeout=60s").json();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    static List<String> texts(JsonNode array, String key) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.get(key).asText()));
        return texts;
    }
}
