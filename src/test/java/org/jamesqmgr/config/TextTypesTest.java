/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jamesqmgr.schedule.ConcurrencyFeedback;
import org.jamesqmgr.schedule.ConcurrencyFeedback.Divisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTypesTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, ONE",
        "0, 0, ONE",
        "0.25, 0.25, ONE",
        "1/4, 0.25, ONE",
        "1/concurrency, 1, CONCURRENCY",
        "0.5 / sqrt_concurrency, 0.5, ROOT_OF_CONCURRENCY",
    })
    void feedbackShouldBeReadInPostfixNotation(String text, double amount, Divisor divisor) {
        assertThat(new FeedbackValue().parse(text))
                .contains(new ConcurrencyFeedback(amount, divisor));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "2",
                "1/0",
                "0/0",
                "1/",
                "/concurrency",
                "1/windows",
                "1e-1",
                ".5"
            })
    void feedbackShouldBeFromNothingToOne(String text) {
        assertThat(new FeedbackValue().parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "127.0.0.1, 127.0.0.1",
        "::1, 0:0:0:0:0:0:0:1",
        "2001:DB8::1, 2001:db8:0:0:0:0:0:1",
    })
    void addressShouldBeNumbers(String text, String address) {
        assertThat(new AddressValue().parse(text)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "1.2.3", "1.2.3.256", "1.2.3.4.5", ":", "1::2::3"})
    void addressShouldNotBeLookedUp(String text) {
        assertThat(new AddressValue().parse(text)).isEmpty();
    }

    @Test
    void namesShouldBeSeparatedByCommasOrSpace() {
        assertThat(new NamesValue().parse(" smtp,\n local  , smtp"))
                .contains(List.of("smtp", "local"));
        assertThat(new NamesValue().parse("")).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "mail.example.org", "a_b-c.example", "3com.example"})
    void hostNameShouldBeANameInTheDns(String text) {
        assertThat(TextValue.HOST_NAME.parse(text)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a..b", "a.", "-a", "a b", "a\r\nRSET", "[192.0.2.1]", "\u00fc"})
    void hostNameShouldBeNothingElse(String text) {
        assertThat(TextValue.HOST_NAME.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$myhostname", "mail.example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]"})
    void heloNameMayBeAnAddressToo(String text) {
        assertThat(TextValue.HELO_NAME.parse(text)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file://conf/sasl_passwd", "file:///etc/postfix/sasl passwd", "file://a"})
    void fileShouldBeAUrlOfJames(String text) {
        assertThat(TextValue.FILE.parse(text)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "conf/x",
                "/etc/x",
                "hash:/etc/x",
                "file://",
                "file://conf/",
                "file:///"
            })
    void fileShouldBeNothingElse(String text) {
        assertThat(TextValue.FILE.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster", "double-bounce", "a.b_c+d", "Post/master=1"})
    void localPartShouldBeWhatNeedsNoQuotes(String text) {
        assertThat(TextValue.LOCAL_PART.parse(text)).contains(text);
        assertThat(new RecipientValue().parse(text)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a.", ".a", "a..b", "a b", "\"a\"", "$mydomain", "a,b", "\u00fc"})
    void localPartShouldBeNothingElse(String text) {
        assertThat(TextValue.LOCAL_PART.parse(text)).isEmpty();
        assertThat(new RecipientValue().parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@example.org", "A.b+c@localhost", "a@[192.0.2.1]"})
    void recipientMayBeAnAddress(String text) {
        assertThat(new RecipientValue().parse(text)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@",
                "@example.org",
                "a@",
                "a@@example.org",
                "a@b@example.org",
                "<a@example.org>",
                "A <a@example.org>",
                "a@example.org, b@example.org",
                "a@example.org\nb",
                "root@$mydomain",
                "a@..",
            })
    void recipientShouldBeOneAddress(String text) {
        assertThat(new RecipientValue().parse(text)).isEmpty();
    }

    @Test
    void monstersShouldBeRefusedQuietly() {
        String monster = "a.".repeat(5_000_000);

        assertThat(TextValue.HOST_NAME.parse(monster)).isEmpty();
        assertThat(TextValue.LOCAL_PART.parse(monster)).isEmpty();
        assertThat(new RecipientValue().parse(monster + "@" + monster)).isEmpty();
        assertThat(TextValue.FILE.parse("file://" + monster + "/")).isEmpty();
        assertThat(new FeedbackValue().parse("1".repeat(10_000_000))).isEmpty();
        assertThat(new AddressValue().parse(":".repeat(10_000_000))).isEmpty();
    }
}
