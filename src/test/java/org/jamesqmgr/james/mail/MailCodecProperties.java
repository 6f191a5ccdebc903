/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jamesqmgr.james.mail.StoredMails.restored;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.mail.internet.AddressException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.PerRecipientHeaders.Header;

@Tag("Q1")
class MailCodecProperties {

    private static final MailAddress RECIPIENT = MaybeSender.getMailSender("rcpt@x.example").get();

    @Property
    void everyTextShouldComeBack(@ForAll("texts") String text) throws Exception {
        MailImpl mail = MailImpl.builder().name("m" + text).build();
        mail.setState(text);
        mail.setErrorMessage(text);
        mail.addSpecificHeaderForRecipient(
                Header.builder().name("X").value(text).build(), RECIPIENT);

        MailImpl restored = restored(mail);

        assertThat(restored.getName()).isEqualTo(mail.getName());
        assertThat(restored.getState()).isEqualTo(text);
        assertThat(restored.getErrorMessage()).isEqualTo(text);
        assertThat(restored.getPerRecipientSpecificHeaders())
                .isEqualTo(mail.getPerRecipientSpecificHeaders());
    }

    @Property
    void everyAttributeShouldComeBack(
            @ForAll("texts") String name, @ForAll("values") AttributeValue<?> value)
            throws Exception {
        Attribute attribute = new Attribute(AttributeName.of("a" + name), value);
        MailImpl mail = MailImpl.builder().name("mail").addAttribute(attribute).build();

        assertThat(restored(mail).attributes()).containsExactly(attribute);
    }

    @Property
    void everyAddressJamesAcceptsShouldComeBack(@ForAll("localParts") String localPart)
            throws Exception {
        Optional<MailAddress> address = address('"' + localPart + "\"@x.example");
        if (address.isPresent()) {
            MailImpl mail = MailImpl.builder().name("mail").addRecipient(address.get()).build();

            assertThat(restored(mail).getRecipients())
                    .extracting(MailAddress::asString)
                    .containsExactly(address.get().asString());
        }
    }

    /** Any chars at all, halves of surrogate pairs and non-characters too. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0000', '\uffff').ofMaxLength(40),
                Arbitraries.strings()
                        .withChars("\\\"/:\r\n\u0000\ud83d\udce7 {}[]u0d")
                        .ofMaxLength(40));
    }

    @Provide
    Arbitrary<String> localParts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withCharRange('\u0001', '\ud7ff').ofMaxLength(30),
                Arbitraries.strings().withChars("\\\"@<>. aZ\u0000\r\n\t").ofMaxLength(12));
    }

    @Provide
    Arbitrary<AttributeValue<?>> values() {
        return Arbitraries.recursive(this::simpleValues, this::nested, 0, 3);
    }

    private Arbitrary<AttributeValue<?>> simpleValues() {
        return Arbitraries.oneOf(
                texts().map(AttributeValue::of),
                Arbitraries.integers().map(AttributeValue::of),
                Arbitraries.longs().map(AttributeValue::of),
                Arbitraries.integers().map(Float::intBitsToFloat).map(AttributeValue::of),
                Arbitraries.longs().map(Double::longBitsToDouble).map(AttributeValue::of),
                Arbitraries.of(true, false).map(AttributeValue::of));
    }

    private Arbitrary<AttributeValue<?>> nested(Arbitrary<AttributeValue<?>> inner) {
        Arbitrary<Map<String, AttributeValue<?>>> maps =
                Arbitraries.maps(texts(), inner).ofMaxSize(3);
        Arbitrary<List<AttributeValue<?>>> lists = inner.list().ofMaxSize(3);
        return Arbitraries.oneOf(
                maps.map(AttributeValue::of),
                lists.map(list -> AttributeValue.of(list)),
                inner.map(value -> AttributeValue.ofAny(Optional.of(value))));
    }

    private static Optional<MailAddress> address(String text) {
        try {
            return Optional.of(new MailAddress(text));
        } catch (AddressException e) {
            return Optional.empty();
        }
    }
}
