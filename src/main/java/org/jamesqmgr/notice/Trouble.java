/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Something was thrown: what kind of trouble that is, and what a postmaster can be told of it. */
public record Trouble(Throwable thrown) {

    private static final int LONGEST_CHAIN = 20;
    private static final int CAUSES_SHOWN = 4;
    private static final int FRAMES_SHOWN = 8;
    private static final int LONGEST_LINE = 500;

    /** What the system says when it has no more; Java has no exceptions of its own for these. */
    private static final List<String> OUT_OF =
            List.of(
                    "Too many open files",
                    "No space left on device",
                    "Disk quota exceeded",
                    "Cannot allocate memory",
                    "unable to create native thread");

    /**
     * What says that somebody who is asked does not answer, with all its kinds. By name: most of these
     * classes are in no layer that sees this one, and some not in every James.
     */
    private static final Set<String> OUTAGES =
            Set.of(
                    "javax.naming.NamingException",
                    "java.sql.SQLException",
                    "javax.persistence.PersistenceException",
                    "com.datastax.oss.driver.api.core.DriverException",
                    "org.apache.james.dnsservice.api.TemporaryResolutionException");

    /**
     * The same, but for their kinds: those are answers, such as that there is no such user.
     */
    private static final Set<String> OUTAGES_UNLESS_SAID_OTHERWISE =
            Set.of(
                    "org.apache.james.user.api.UsersRepositoryException",
                    "org.apache.james.domainlist.api.DomainListException",
                    "org.apache.james.rrt.api.RecipientRewriteTableException");

    /** Resource, data or, if it is neither, software: what should not have happened. */
    public NotifyClass noticeClass() {
        List<Throwable> chain = chain();
        if (chain.stream().anyMatch(Trouble::lacksSomething)) {
            return NotifyClass.RESOURCE;
        }
        return chain.stream().anyMatch(Trouble::isOutage) ? NotifyClass.DATA : NotifyClass.SOFTWARE;
    }

    /** The name of what it was at first: one of few, whatever is said. */
    public String name() {
        List<Throwable> chain = chain();
        return chain.get(chain.size() - 1).getClass().getSimpleName();
    }

    /** What was thrown, why, and where; a few dozen lines at most. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Throwable cause : chain().subList(0, Math.min(CAUSES_SHOWN, chain().size()))) {
            lines.add(cut((lines.isEmpty() ? "" : "Caused by: ") + cause));
            Stream.of(cause.getStackTrace())
                    .limit(FRAMES_SHOWN)
                    .forEach(frame -> lines.add(cut("    at " + frame)));
        }
        return lines;
    }

    private List<Throwable> chain() {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = thrown;
                cause != null && chain.size() < LONGEST_CHAIN;
                cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }

    /** Whether a text is that of the system when it has no more of something. */
    public static boolean saysThatSomethingIsLacking(String text) {
        return OUT_OF.stream().anyMatch(text::contains);
    }

    private static boolean lacksSomething(Throwable cause) {
        return cause instanceof OutOfMemoryError
                || saysThatSomethingIsLacking(String.valueOf(cause.getMessage()));
    }

    private static boolean isOutage(Throwable cause) {
        return OUTAGES_UNLESS_SAID_OTHERWISE.contains(cause.getClass().getName())
                || Stream.<Class<?>>iterate(
                                cause.getClass(), kind -> kind != null, Class::getSuperclass)
                        .anyMatch(kind -> OUTAGES.contains(kind.getName()));
    }

    private static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line;
    }
}
