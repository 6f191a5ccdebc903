/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import javax.mail.MessagingException;
import javax.naming.CommunicationException;
import org.apache.james.dnsservice.api.TemporaryResolutionException;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.rrt.api.MappingAlreadyExistsException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.user.api.AlreadyExistInUsersRepositoryException;
import org.apache.james.user.api.UsersRepositoryException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("N1")
class TroubleKindTest {

    static Stream<Arguments> classes() {
        return Stream.of(
                arguments(new OutOfMemoryError("Java heap space"), NotifyClass.RESOURCE),
                arguments(
                        new IllegalStateException(new IOException("/x: Too many open files")),
                        NotifyClass.RESOURCE),
                arguments(new IOException("No space left on device"), NotifyClass.RESOURCE),
                arguments(new IOException("Stream closed"), NotifyClass.SOFTWARE),
                arguments(new NullPointerException(), NotifyClass.SOFTWARE),
                arguments(new StackOverflowError(), NotifyClass.SOFTWARE),
                arguments(new NoClassDefFoundError("a/B"), NotifyClass.SOFTWARE),
                arguments(
                        new MessagingException("x", new UsersRepositoryException("down")),
                        NotifyClass.DATA),
                arguments(new AlreadyExistInUsersRepositoryException("bob"), NotifyClass.SOFTWARE),
                arguments(new DomainListException("down"), NotifyClass.DATA),
                arguments(new RecipientRewriteTableException("down"), NotifyClass.DATA),
                arguments(new MappingAlreadyExistsException("there"), NotifyClass.SOFTWARE),
                arguments(new CommunicationException("LDAP"), NotifyClass.DATA),
                arguments(new TemporaryResolutionException(), NotifyClass.DATA),
                arguments(
                        new IllegalStateException(new SQLTransientConnectionException("pool")),
                        NotifyClass.DATA));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void classes(Throwable thrown, NotifyClass expected) {
        assertThat(new Trouble(thrown).noticeClass()).isEqualTo(expected);
    }

    @Test
    void theNameShouldBeThatOfTheFirstCause() {
        assertThat(new Trouble(new IllegalStateException(new SQLException("x"))).name())
                .isEqualTo("SQLException");
    }

    @Test
    void theTextShouldBeBoundedWhateverWasThrown() {
        Throwable thrown = new IllegalStateException("x".repeat(100_000) + "\r\nInjected: yes");
        for (int i = 0; i < 1000; i++) {
            thrown = new IllegalStateException(thrown);
        }

        assertThat(new Trouble(thrown).lines())
                .hasSizeLessThan(60)
                .allMatch(line -> line.length() < 600 && !line.contains("\n"));
    }

    @Test
    void causesThatGoInCirclesShouldBeFollowedAWhileOnly() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalArgumentException("two", one));

        assertThat(new Trouble(one).noticeClass()).isEqualTo(NotifyClass.SOFTWARE);
    }
}
