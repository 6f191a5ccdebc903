/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code conf/qmgr.xml}. Advice (values that are legal and hardly meant) goes to the log as warnings; errors are all in
 * the exception and not logged here. Keeps nothing: a second call reads the file again.
 */
public final class QmgrSettingsReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(QmgrSettingsReader.class);

    /** James's own switch, for servers that must not start on forgotten files. */
    private static final String FAIL_ON_MISSING = "james.fail.on.missing.configuration";

    private QmgrSettingsReader() {}

    /**
     * The settings in {@code file}, or the defaults if there is no such file and James does not insist on one.
     *
     * @throws QmgrConfigurationException if the file cannot be read, is not XML, or holds what is not allowed
     */
    public static QmgrSettings read(Path file) throws QmgrConfigurationException {
        // A link to nowhere is somebody's mistake, not a missing file.
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return withoutFile(file.toString());
        }
        try (InputStream xml = Files.newInputStream(file)) {
            return read(file.toString(), xml);
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /**
     * The settings in a file that is no file on disk (a class path resource).
     *
     * @param file its name, for the messages
     * @param xml its bytes; the caller closes it
     * @throws QmgrConfigurationException if it cannot be read, is not XML, or holds what is not allowed
     */
    public static QmgrSettings read(String file, InputStream xml)
            throws QmgrConfigurationException {
        try {
            ParameterValues values = ParameterReader.read(file, XmlReader.read(file, xml));
            logAdvice(file, values);
            return values.toSettings();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static QmgrSettings withoutFile(String file) throws QmgrConfigurationException {
        if (Boolean.getBoolean(FAIL_ON_MISSING)) {
            throw new QmgrConfigurationException(
                    file,
                    List.of(
                            new Problem(
                                    0,
                                    "there is no such file, and %s is set"
                                            .formatted(FAIL_ON_MISSING))));
        }
        LOGGER.info("no {}: all parameters have their defaults", file);
        return QmgrSettings.defaults();
    }

    private static QmgrConfigurationException unreadable(String file, IOException cause) {
        String reason =
                cause instanceof AccessDeniedException ? "permission denied" : cause.toString();
        return new QmgrConfigurationException(
                file, new Problem(0, "cannot be read: " + reason), cause);
    }

    private static void logAdvice(String file, ParameterValues values) {
        OrderedTimes.ADVISED.stream()
                .flatMap(rule -> rule.violation(values).stream())
                .forEach(problem -> LOGGER.warn("{}", problem.in(file)));
        values.given(DeliveryParameters.BOUNCE_QUEUE_LIFETIME)
                .flatMap(element -> OrderedTimes.LOWERED.violation(values))
                .ifPresent(problem -> LOGGER.warn("{}", problem.in(file)));
    }
}
