/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jamesqmgr.testing.EnvelopeBuilder.address;

import java.lang.reflect.Proxy;
import java.util.Map;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.MappingsImpl;
import org.apache.james.server.core.MailImpl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D10")
class RewriteWorksTest {

    private static final MailAddress KNOWN = address("known@x.example");
    private static final MailAddress WRONG = address("wrong@x.example");
    private static final MailAddress LOST = address("lost@x.example");

    /** What asking for a local part ends in; others are answered. */
    private final Map<String, Exception> answers =
            Map.of(
                    "wrong", new ErrorMappingException("550 gone"),
                    "lost", new RecipientRewriteTableException("the database is down"));

    private final RewriteWorks matcher = new RewriteWorks(table());

    @Test
    void recipientsThatCanBeResolvedShouldMatch() throws Exception {
        assertThat(matcher.match(to(KNOWN, WRONG))).containsExactly(KNOWN);
    }

    @Test
    void anOutageShouldFailTheRunRatherThanBounceTheMail() {
        assertThatThrownBy(() -> matcher.match(to(KNOWN, LOST)))
                .isInstanceOf(MessagingException.class)
                .hasMessageContaining("lost@x.example")
                .hasRootCauseMessage("the database is down");
    }

    private static MailImpl to(MailAddress... recipients) throws Exception {
        return MailImpl.builder().name("m").addRecipients(recipients).build();
    }

    private RecipientRewriteTable table() {
        return (RecipientRewriteTable)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {RecipientRewriteTable.class},
                        (proxy, method, arguments) -> {
                            Exception answer = answers.get(arguments[0]);
                            if (answer != null) {
                                throw answer;
                            }
                            return MappingsImpl.empty();
                        });
    }
}
