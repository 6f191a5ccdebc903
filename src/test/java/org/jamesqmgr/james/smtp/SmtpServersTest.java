/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.jamesqmgr.notice.NotifyClass;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q4")
@Tag("N1")
class SmtpServersTest {

    private static final Set<NotifyClass> DEFAULT_CLASSES =
            EnumSet.of(NotifyClass.RESOURCE, NotifyClass.SOFTWARE);
    private static final Set<NotifyClass> ALL_CLASSES = EnumSet.allOf(NotifyClass.class);

    private static final String GUARD = handler("QueueSpaceGuard");
    private static final String TRANSCRIPT = handler("SessionTranscript");

    private static String handler(String name) {
        return "<handler class=\"org.jamesqmgr.james.smtp." + name + "\"/>";
    }

    private static String server(String name, String size, String handlers) {
        return """
            <smtpserver enabled="true">
              <jmxName>%s</jmxName>
              <maxmessagesize>%s</maxmessagesize>
              <handlerchain>%s<handler class="org.apache.james.smtpserver.CoreCmdHandlerLoader"/></handlerchain>
            </smtpserver>
            """
                .formatted(name, size, handlers);
    }

    private static SmtpServers servers(String... servers) throws Exception {
        String text = "<smtpservers>" + String.join("", servers) + "</smtpservers>";
        return read(new StringReader(text));
    }

    private static SmtpServers read(Reader text) throws Exception {
        XMLConfiguration file = new XMLConfiguration();
        new FileHandler(file).load(text);
        return SmtpServers.of(file);
    }

    @Test
    void sampleShouldHaveAllThatAnyParameterNeeds() throws Exception {
        try (Reader sample =
                Files.newBufferedReader(Path.of("conf-samples/standalone/smtpserver.xml"))) {
            SmtpServers servers = read(sample);

            assertThat(servers.unwired(1, ALL_CLASSES)).isEmpty();
            assertThat(servers.servers())
                    .singleElement()
                    .satisfies(
                            server ->
                                    assertThat(server.handlers().get(0))
                                            .isEqualTo(SessionTranscript.class.getName()));
        }
    }

    @Test
    void queueMinfreeShouldNeedTheGuard() throws Exception {
        assertThat(servers(server("smtp", "0", TRANSCRIPT)).unwired(1, ALL_CLASSES))
                .containsExactly(
                        "conf/qmgr.xml: queue_minfree is set, but nothing in the SMTP server smtp acts on"
                                + " it: add <handler"
                                + " class=\"org.jamesqmgr.james.smtp.QueueSpaceGuard\"/> to its"
                                + " handlerchain in conf/smtpserver.xml");
    }

    @Test
    void policyAndProtocolShouldNeedTheTranscript() throws Exception {
        SmtpServers servers = servers(server("smtp", "0", GUARD));

        assertThat(servers.unwired(1, EnumSet.of(NotifyClass.PROTOCOL)))
                .containsExactly(
                        "conf/qmgr.xml: notify_classes is set, but nothing in the SMTP server smtp acts"
                                + " on it: add <handler"
                                + " class=\"org.jamesqmgr.james.smtp.SessionTranscript\"/> to its"
                                + " handlerchain in conf/smtpserver.xml as its first handler");
        assertThat(servers.unwired(1, EnumSet.of(NotifyClass.POLICY))).hasSize(1);
    }

    @Test
    void defaultsShouldNeedNothing() throws Exception {
        assertThat(servers(server("smtp", "0", "")).unwired(0, DEFAULT_CLASSES)).isEmpty();
    }

    @Test
    void eachServerShouldHaveItsHandlers() throws Exception {
        SmtpServers servers =
                servers(server("smtp", "0", GUARD), server("submission", "0", TRANSCRIPT));

        assertThat(servers.unwired(1, DEFAULT_CLASSES))
                .singleElement()
                .asString()
                .contains("SMTP server submission");
    }

    @Test
    void serverThatIsNotEnabledShouldNeedNothing() throws Exception {
        String disabled = server("off", "0", "").replace("\"true\"", "\"false\"");

        assertThat(servers(disabled).unwired(1, ALL_CLASSES)).isEmpty();
    }

    @Test
    void largestMessageShouldBeThatOfAllServers() throws Exception {
        assertThat(servers(server("a", "1", ""), server("b", "20480", "")).largestMessage())
                .isEqualTo(20480 * 1024);
        assertThat(servers(server("a", "1", ""), server("b", "0", "")).largestMessage())
                .isEqualTo(10_240_000);
        assertThat(servers(server("a", "20M", "")).largestMessage()).isEqualTo(20 << 20);
        assertThat(servers().largestMessage()).isZero();
    }

    @Test
    void sizeThatIsNoneShouldBeRefused() {
        assertThatThrownBy(() -> servers(server("a", "large", "")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("maxmessagesize: large");
    }
}
