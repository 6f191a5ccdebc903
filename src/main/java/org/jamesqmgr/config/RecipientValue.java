/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.util.Optional;
import java.util.regex.Pattern;
import javax.mail.internet.AddressException;
import org.apache.james.core.MailAddress;

/** Who gets mail from the server: an address, or a local part alone. */
record RecipientValue() implements ValueType<String> {

    /** No longer than a path of SMTP, and nothing that an address may hold only in quotes. */
    private static final Pattern ADDRESS = Pattern.compile("[^\\s\\p{Cntrl}\"$]{1,256}");

    @Override
    public Optional<String> parse(String text) {
        return text.contains("@")
                ? Optional.of(text).filter(RecipientValue::isAddress)
                : TextValue.LOCAL_PART.parse(text);
    }

    private static boolean isAddress(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return false;
        }
        try {
            new MailAddress(text);
            return true;
        } catch (AddressException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String allowed() {
        return "an address, as admin@example.org, or its local part alone, as postmaster";
    }
}
