/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.DsnParameters;
import org.apache.mailet.DsnParameters.EnvId;
import org.apache.mailet.DsnParameters.RecipientDsnParameters;
import org.apache.mailet.DsnParameters.Ret;
import org.jamesqmgr.model.DeliveryOptions;
import org.jamesqmgr.model.DeliveryOptions.Notify;
import org.jamesqmgr.model.DeliveryOptions.RecipientOptions;
import org.jamesqmgr.model.DeliveryOptions.Returned;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a sender asked for with its mail reaches the transports. */
@Tag("T8")
class DsnOptionsTest {

    private static final String A = "a@x.example";
    private static final String B = "b@x.example";

    @Test
    void parametersShouldBecomeOptions() throws Exception {
        DeliveryOptions options =
                options(
                        DsnParameters.builder()
                                .envId(EnvId.of("id+3D1"))
                                .ret(Ret.HDRS)
                                .addRcptParameter(
                                        new MailAddress(A),
                                        RecipientDsnParameters.of(
                                                EnumSet.of(
                                                        DsnParameters.Notify.SUCCESS,
                                                        DsnParameters.Notify.DELAY),
                                                new MailAddress("was+it@y.example")))
                                .build()
                                .orElseThrow());

        assertThat(options)
                .isEqualTo(
                        new DeliveryOptions(
                                "",
                                Returned.HEADERS,
                                "id+3D1",
                                Map.of(
                                        new MailAddress(A),
                                        new RecipientOptions(
                                                "was+it@y.example",
                                                "rfc822;was+2Bit@y.example",
                                                Set.of(Notify.SUCCESS, Notify.DELAY)))));
        assertThat(options.of(new MailAddress(B))).isEqualTo(RecipientOptions.NONE);
    }

    @Test
    void originalRecipientThatIsTheSameShouldBeNoOriginal() throws Exception {
        DeliveryOptions options =
                options(
                        DsnParameters.builder()
                                .addRcptParameter(
                                        new MailAddress(A),
                                        RecipientDsnParameters.of(new MailAddress(A)))
                                .build()
                                .orElseThrow());

        assertThat(options.of(new MailAddress(A)))
                .isEqualTo(new RecipientOptions("", "rfc822;" + A, Set.of()));
    }

    @Test
    void recipientsThatTheMailDoesNotHaveShouldNotBeKept() throws Exception {
        DeliveryOptions options =
                options(
                        DsnParameters.builder()
                                .ret(Ret.FULL)
                                .addRcptParameter(
                                        new MailAddress("other@x.example"),
                                        RecipientDsnParameters.of(
                                                EnumSet.of(DsnParameters.Notify.NEVER)))
                                .build()
                                .orElseThrow());

        assertThat(options.recipients()).isEmpty();
        assertThat(options.returned()).isEqualTo(Returned.FULL);
    }

    @Test
    void mailWithoutParametersShouldHaveNoOptions() throws Exception {
        assertThat(options(mail())).isEqualTo(DeliveryOptions.NONE);
    }

    @Test
    void attributesThatAreNoParametersShouldNotKeepAMailOut() throws Exception {
        MailImpl mail = mail();
        mail.setAttribute(
                new Attribute(AttributeName.of("dsn-ret"), AttributeValue.of("half of it")));

        assertThat(options(mail)).isEqualTo(DeliveryOptions.NONE);
    }

    private static DeliveryOptions options(DsnParameters parameters) throws Exception {
        MailImpl mail = mail();
        mail.setDsnParameters(parameters);
        return options(mail);
    }

    private static DeliveryOptions options(MailImpl mail) throws Exception {
        return new MailCodec()
                .envelopeOf(mail, StoredMails.SPOOL, StoredMails.NOW, Duration.ZERO)
                .options();
    }

    private static MailImpl mail() throws Exception {
        return MailImpl.builder().name("mail").addRecipients(A, B).build();
    }
}
