/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.mailet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.inject.Inject;
import javax.mail.MessagingException;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.jamesqmgr.notice.DoubleBounce;
import org.jamesqmgr.notice.Notice;
import org.jamesqmgr.notice.NoticeDesk;
import org.jamesqmgr.notice.NotifyClass;
import org.jamesqmgr.notice.Trouble;

/**
 * Tells the postmaster of a mail, if {@code notify_classes} says so, and passes it on. Stands first in
 * the processor {@code error}, to say which mailet has failed, or wherever mail ends up that somebody
 * should look at.
 *
 * <pre>{@code
 * <mailet match="All" class="org.jamesqmgr.james.mailet.NotifyPostmaster">
 *     <class>software</class>
 *     <subject>a mailet has failed</subject>
 *     <text>The mail was placed on hold.</text>
 * </mailet>
 * }</pre>
 *
 * <ul>
 *   <li>{@code class}: policy, protocol, resource, software or data; software if it is not there.
 *   <li>{@code subject}: of the notice.
 *   <li>{@code text}: its first line.
 * </ul>
 *
 * <p>The notice says which mail it is, what went wrong and where; nothing of what is in the mail. What
 * fails in the same way within {@code notice_interval} is summed up. Of one failure of a mail the
 * postmaster hears once, also if the mail comes by again after it was held. Nothing is told of mail to
 * postmasters.
 */
public final class NotifyPostmaster extends GenericMailet {

    private static final String CLASS = "class";
    private static final String SUBJECT = "subject";
    private static final String TEXT = "text";

    private static final Set<NotifyClass> ALLOWED =
            Set.of(
                    NotifyClass.POLICY,
                    NotifyClass.PROTOCOL,
                    NotifyClass.RESOURCE,
                    NotifyClass.SOFTWARE,
                    NotifyClass.DATA);

    private static final AttributeName TOLD = AttributeName.of("org.jamesqmgr.postmaster-told");

    /** How James begins the error message of a mail on which a mailet or matcher has failed. */
    private static final Pattern CALLING =
            Pattern.compile("Exception calling ([\\w.$=-]{1,100}).*");

    private static final int RECIPIENTS = 10;
    private static final int ERROR_LINES = 10;
    private static final int LONGEST_LINE = 500;

    private final NoticeDesk desk;
    private final DoubleBounce own;
    private final MailParts parts;

    private NotifyClass noticeClass;
    private String subject;
    private String text;

    @Inject
    public NotifyPostmaster(NoticeDesk desk, DoubleBounce own, MailParts parts) {
        this.desk = desk;
        this.own = own;
        this.parts = parts;
    }

    @Override
    public void init() throws MessagingException {
        Parameters parameters = new Parameters("NotifyPostmaster", getMailetConfig());
        parameters.allow(CLASS, SUBJECT, TEXT);
        noticeClass = noticeClass(parameters);
        subject = parameters.optional(SUBJECT, "one line").orElse("trouble with a mail");
        if (subject.lines().count() > 1) {
            throw parameters.wrong(SUBJECT, subject, "one line");
        }
        text =
                parameters
                        .optional(TEXT, "some text")
                        .orElse("The mailet pipeline has met with trouble.");
    }

    private static NotifyClass noticeClass(Parameters parameters) throws MessagingException {
        String allowed = "policy, protocol, resource, software or data";
        String name = parameters.optional(CLASS, allowed).orElse("software");
        return NotifyClass.parse(name)
                .filter(ALLOWED::contains)
                .orElseThrow(() -> parameters.wrong(CLASS, name, allowed));
    }

    @Override
    public void service(Mail mail) {
        Optional<Trouble> trouble = trouble(mail);
        boolean again = trouble.isEmpty() && mail.getAttribute(TOLD).isPresent();
        if (again || !desk.wants(noticeClass) || own.sent(mail.getMaybeSender())) {
            return;
        }
        desk.tell(
                new Notice(
                        noticeClass,
                        cause(mail, trouble),
                        "james-qmgr: " + subject,
                        lines(mail, trouble)));
        mail.setAttribute(new Attribute(TOLD, AttributeValue.of(true)));
    }

    /** James puts it there before the processor {@code error} begins; it is not stored with a mail. */
    private static Optional<Trouble> trouble(Mail mail) {
        return mail.getAttribute(Mail.MAILET_ERROR)
                .map(attribute -> attribute.getValue().value())
                .filter(Throwable.class::isInstance)
                .map(Throwable.class::cast)
                .map(Trouble::new);
    }

    private String cause(Mail mail, Optional<Trouble> trouble) {
        String where =
                errorLines(mail).stream()
                        .limit(1)
                        .map(CALLING::matcher)
                        .filter(Matcher::matches)
                        .map(matcher -> matcher.group(1))
                        .findFirst()
                        .orElse(subject);
        return "pipeline: " + where + trouble.map(known -> ", " + known.name()).orElse("");
    }

    private List<String> lines(Mail mail, Optional<Trouble> trouble) {
        List<String> lines = new ArrayList<>(text.lines().map(String::strip).toList());
        lines.add("");
        lines.add("Mail: " + mail.getName());
        parts.run().ifPresent(run -> lines.add("Queue id: " + run.message().id()));
        lines.add("Sender: " + mail.getMaybeSender().asPrettyString());
        lines.add("Recipients: " + recipients(mail.getRecipients()));
        // The message as James makes it is the exception's first line, then its trace.
        errorLines(mail).stream()
                .limit(trouble.isPresent() ? 1 : ERROR_LINES)
                .forEach(line -> lines.add("Error: " + line));
        trouble.ifPresent(
                known -> {
                    lines.add("");
                    lines.addAll(known.lines());
                });
        lines.addAll(List.of("", "For other details, see the local mail logfile"));
        return lines;
    }

    private static String recipients(Collection<MailAddress> recipients) {
        String first =
                recipients.stream()
                        .limit(RECIPIENTS)
                        .map(MailAddress::asString)
                        .collect(Collectors.joining(", "));
        int more = recipients.size() - RECIPIENTS;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    private static List<String> errorLines(Mail mail) {
        return Optional.ofNullable(mail.getErrorMessage())
                .orElse("")
                .lines()
                .filter(line -> !line.isBlank())
                .limit(ERROR_LINES)
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
                .toList();
    }

    @Override
    public String getMailetInfo() {
        return "NotifyPostmaster";
    }
}
