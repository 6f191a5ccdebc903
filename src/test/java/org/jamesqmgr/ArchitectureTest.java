/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import javax.mail.internet.AddressException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Imports go downwards only, and each foreign API has its one home.
 *
 * <pre>
 * wiring   james.guice
 *             |
 * faces    james.queue  james.mailet  james.smtp    admin.jmx  admin.web  admin.cli    (never see each other,
 *             |                                        |                               but that admin.cli talks to admin.jmx,
 *             |                                        |                               and reads config, store.directory and
 *             |                                        |                               james.former, James's queues of before, itself)
 *             |                                        |            config beside them: builds the records
 * engine   engine  &lt;----- maillog ------------------- admin          that the lower packages declare
 *             |
 * parts    schedule    store.directory  store.artemis    transport.smtp  transport.local    bounce
 *             |           |                                 |                                 |
 * shared      |         store.codec  store.index
 *             |           |
 * ports       |         store                            transport      notice    james.mail: James's Mail as message
 *             |           |                                 |
 * ground   model
 * </pre>
 *
 * Parts never see each other. The engine knows ports, schedule and bounce, but no store or transport in particular; it
 * is the only home of threads.
 */
class ArchitectureTest {

    private static final String BASE = "org.jamesqmgr";

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(BASE);

    /** What every package may use. */
    private static final List<String> EVERYWHERE =
            List.of(
                    "java..",
                    "com.google.errorprone.annotations..",
                    // MailAddress and MaybeSender: the model's words for addresses.
                    "org.apache.james.core..");

    private static final String LOG = "org.slf4j..";
    private static final String INJECT = "javax.inject..";

    private static final List<String> PORTS = List.of("model", "store", "transport", "notice");

    /** What the stores have in common. */
    private static final List<String> STORES =
            List.of("model", "store", "store.codec", "store.index");

    private static final List<String> BELOW_FACES =
            List.of(
                    "model",
                    "store",
                    "transport",
                    "notice",
                    "bounce",
                    "engine",
                    "admin",
                    "james.mail");

    /**
     * @param name package below ours, without its subpackages
     * @param ours packages of ours it may see beside itself
     * @param foreign what it may use beyond {@link #EVERYWHERE}
     */
    private record Layer(String name, List<String> ours, List<String> foreign) {

        String pattern() {
            return BASE + "." + name;
        }

        String[] allowed() {
            return Stream.of(
                            Stream.of(pattern()),
                            ours.stream().map(other -> BASE + "." + other),
                            EVERYWHERE.stream(),
                            foreign.stream())
                    .flatMap(patterns -> patterns)
                    .toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Layer layer(String name, List<String> ours, String... foreign) {
        return new Layer(name, ours, List.of(foreign));
    }

    private static List<Layer> layers() {
        return List.of(
                layer("model", List.of()),
                layer("store", List.of("model")),
                layer("notice", List.of("model")),
                layer("transport", List.of("model", "store"), LOG),
                layer(
                        "james.mail",
                        PORTS,
                        LOG,
                        "javax.mail..",
                        "javax.activation..",
                        "com.fasterxml.jackson..",
                        // DsnParameters speaks it
                        "com.google.common.collect..",
                        "org.apache.mailet..",
                        "org.apache.james.queue.api..",
                        "org.apache.james.server.core..",
                        "org.apache.james.lifecycle.api..",
                        "org.apache.james.mailetcontainer.."),
                layer("maillog", List.of("model", "store", "bounce", "engine"), LOG),
                layer("schedule", PORTS),
                layer("store.codec", List.of("model", "store"), "com.fasterxml.jackson.core.."),
                layer("store.index", List.of("model", "store")),
                layer("store.directory", STORES, LOG),
                layer("store.artemis", STORES, LOG, "org.apache.activemq.artemis.."),
                layer(
                        "transport.smtp",
                        PORTS,
                        LOG,
                        "javax.net..",
                        "org.xbill.DNS..",
                        "org.apache.james.dnsservice.."),
                layer(
                        "transport.local",
                        List.of("model", "store", "transport", "notice", "james.mail"),
                        LOG,
                        INJECT,
                        "javax.mail..",
                        "org.apache.mailet..",
                        "org.apache.james.mailetcontainer..",
                        // over quota
                        "org.apache.james.mailbox.exception..",
                        "org.apache.james.server.core.."),
                layer(
                        "bounce",
                        PORTS,
                        LOG,
                        "javax.mail..",
                        "javax.activation..",
                        "org.apache.james.mime4j.."),
                layer(
                        "engine",
                        List.of("model", "store", "transport", "notice", "schedule", "bounce"),
                        LOG),
                layer("admin", List.of("model", "store", "transport", "engine", "schedule"), LOG),
                layer(
                        "admin.jmx",
                        BELOW_FACES,
                        LOG,
                        INJECT,
                        "javax.management..",
                        "javax.annotation.."),
                layer(
                        "admin.web",
                        BELOW_FACES,
                        LOG,
                        INJECT,
                        "spark..",
                        "com.fasterxml.jackson..",
                        "org.eclipse.jetty.http..",
                        // content is streamed
                        "javax.servlet..",
                        "org.apache.james.task..",
                        "org.apache.james.server.task.json..",
                        "org.apache.james.json..",
                        "org.apache.james.webadmin.."),
                layer(
                        "admin.cli",
                        // the programs talk to the bean
                        Stream.concat(
                                        BELOW_FACES.stream(),
                                        Stream.of(
                                                "admin.jmx",
                                                // to check it, and to know where the files are
                                                "config",
                                                // to look at them while the server is down
                                                "store.directory",
                                                // to read what James had before
                                                "james.former"))
                                .toList(),
                        "javax.management..",
                        "picocli..",
                        "org.apache.james.cli.."),
                layer(
                        "config",
                        List.of(
                                "model",
                                "store",
                                "store.directory",
                                "store.artemis",
                                "schedule",
                                "transport",
                                "transport.smtp",
                                "transport.local",
                                "notice",
                                "bounce",
                                "engine",
                                "admin"),
                        LOG,
                        "org.apache.commons.configuration2..",
                        // the JDK's parser, which knows the line of a mistake
                        "javax.xml..",
                        "org.xml.sax..",
                        // DurationParser, Size
                        "org.apache.james.util"),
                layer(
                        "james.queue",
                        BELOW_FACES,
                        LOG,
                        INJECT,
                        "javax.annotation..",
                        "javax.mail..",
                        "javax.activation..",
                        // the MBean that James's own queues have too
                        "javax.management..",
                        "reactor..",
                        "org.reactivestreams..",
                        "com.fasterxml.jackson..",
                        "org.apache.mailet..",
                        "org.apache.james.queue.api..",
                        "org.apache.james.server.core..",
                        "org.apache.james.lifecycle.api..",
                        "org.apache.james.mailetcontainer..",
                        "org.apache.james.metrics.api.."),
                layer(
                        "james.former",
                        List.of("model", "store", "admin", "james.mail"),
                        LOG,
                        "javax.jms..",
                        "org.apache.activemq..",
                        "org.apache.mailet..",
                        "org.apache.james.queue.api..",
                        "org.apache.james.queue.jms..",
                        "org.apache.james.server.core.."),
                layer(
                        "james.mailet",
                        BELOW_FACES,
                        LOG,
                        INJECT,
                        "javax.mail..",
                        "org.apache.james.rrt.api..",
                        "org.apache.mailet.."),
                layer(
                        "james.smtp",
                        BELOW_FACES,
                        LOG,
                        INJECT,
                        "org.apache.commons.configuration2..",
                        // Size, as maxmessagesize is written
                        "org.apache.james.util",
                        "org.apache.james.protocols..",
                        "org.apache.james.smtpserver.."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void packageShouldUseOnlyWhatLiesBelowIt(Layer layer) {
        classes()
                .that()
                .resideInAPackage(layer.pattern())
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(layer.allowed())
                                // thrown by MailAddress
                                .or(belongToAnyOf(AddressException.class)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyClassShouldLiveInADrawnPackage() {
        String[] drawn =
                Stream.concat(
                                Stream.of(BASE, BASE + ".james.guice"),
                                layers().stream().map(Layer::pattern))
                        .toArray(String[]::new);

        classes().should().resideInAnyPackage(drawn).check(CLASSES);
    }

    @Test
    void packagesShouldBeFreeOfCycles() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void guiceShouldBeUsedByTheWiringAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".james.guice")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.inject..")
                .check(CLASSES);
    }

    @Test
    void theFileSystemShouldBeTouchedByTheDirectoryStoreAlone() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BASE + ".model",
                        BASE + ".store",
                        BASE + ".transport..",
                        BASE + ".schedule",
                        BASE + ".bounce",
                        BASE + ".engine",
                        BASE + ".admin")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.nio.file..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theScheduleShouldDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".schedule")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.net..", "java.nio..", "java.util.concurrent..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void threadsShouldBeStartedByTheEngineAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + ".engine", BASE + ".james.guice")
                .should()
                .callConstructorWhere(target(owner(assignableTo(Thread.class))))
                .orShould()
                .dependOnClassesThat(
                        belongToAnyOf(
                                Executors.class,
                                ThreadPoolExecutor.class,
                                ScheduledThreadPoolExecutor.class,
                                ForkJoinPool.class,
                                Timer.class))
                .check(CLASSES);
    }
}
