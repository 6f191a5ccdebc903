/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import com.google.inject.ProvisionException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import javax.inject.Inject;
import javax.inject.Provider;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTable.ErrorMappingException;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.api.UsersRepositoryException;
import org.jamesqmgr.config.ReportingSettings;
import org.jamesqmgr.notice.NoticeRecipients;
import org.jamesqmgr.notice.NotifyClass;

/** Recipients of notices who do not exist: what they were to be told, nobody would ever read. */
final class AbsentRecipients {

    private static final Comparator<MailAddress> BY_TEXT =
            Comparator.comparing(MailAddress::asString);

    private final ReportingSettings settings;
    private final Provider<NoticeRecipients> recipients;
    private final DomainList domains;
    private final UsersRepository users;
    private final RecipientRewriteTable rewriting;

    @Inject
    AbsentRecipients(
            ReportingSettings settings,
            Provider<NoticeRecipients> recipients,
            DomainList domains,
            UsersRepository users,
            RecipientRewriteTable rewriting) {
        this.settings = settings;
        this.recipients = recipients;
        this.domains = domains;
        this.users = users;
        this.rewriting = rewriting;
    }

    /**
     * A line for each address that gets notices and is known not to exist here, or could not be looked
     * up; to be asked once the server has started. Never throws.
     */
    List<String> report() {
        try {
            return lines(recipients.get());
        } catch (ProvisionException e) {
            return List.of("who gets notices could not be found out: " + e.getMessage());
        }
    }

    private List<String> lines(NoticeRecipients known) {
        Map<MailAddress, List<NotifyClass>> classes =
                settings.notices().classes().stream()
                        .sorted()
                        .collect(groupingBy(known::of, () -> new TreeMap<>(BY_TEXT), toList()));
        return classes.entrySet().stream()
                .flatMap(entry -> trouble(entry.getKey(), entry.getValue()).stream())
                .toList();
    }

    private Optional<String> trouble(MailAddress address, List<NotifyClass> classes) {
        String who =
                "notices of %s go to %s (%s in conf/qmgr.xml)"
                        .formatted(
                                listed(classes, NotifyClass::asString),
                                address.asString(),
                                listed(classes, settings.recipientParameters()::get));
        try {
            return isAbsent(address)
                    ? Optional.of(
                            who + ", but nobody reads them: no such user, and no mapping to one")
                    : Optional.empty();
        } catch (DomainListException
                | UsersRepositoryException
                | RecipientRewriteTableException
                | RuntimeException e) {
            // Any of James's back ends may be down in ways of its own.
            return Optional.of(who + "; whether there is such a user could not be checked: " + e);
        }
    }

    private static String listed(
            List<NotifyClass> classes, Function<NotifyClass, String> described) {
        return classes.stream().map(described).distinct().collect(joining(", "));
    }

    private boolean isAbsent(MailAddress address)
            throws DomainListException, UsersRepositoryException, RecipientRewriteTableException {
        return domains.containsDomain(address.getDomain())
                && !users.contains(users.getUsername(address))
                && !isRewritten(address);
    }

    private boolean isRewritten(MailAddress address) throws RecipientRewriteTableException {
        try {
            return !rewriting
                    .getResolvedMappings(address.getLocalPart(), address.getDomain())
                    .isEmpty();
        } catch (ErrorMappingException e) {
            return false;
        }
    }
}
