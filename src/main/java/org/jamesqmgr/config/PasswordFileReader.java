/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file that {@code smtp_sasl_password_maps} names: on each line a next hop or host, white space, and {@code
 * user:password}; empty lines and lines with # are skipped. No part of a login is ever in a message.
 */
public final class PasswordFileReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(PasswordFileReader.class);

    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+([^:]+):(.+)");
    private static final String ALLOWED =
            "a next hop or host, white space, user:password; or # and a comment";
    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final Map<String, PasswordTable.Login> logins = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private PasswordFileReader() {}

    /**
     * All logins of the file; a warning is logged if everybody may read it.
     *
     * @throws QmgrConfigurationException if the file cannot be read, or has lines that are none
     */
    public static PasswordTable read(Path file) throws QmgrConfigurationException {
        PasswordFileReader reader = new PasswordFileReader();
        try {
            List<String> text = Files.readAllLines(file);
            for (int i = 0; i < text.size(); i++) {
                reader.readLine(i + 1, text.get(i).strip());
            }
            warnIfOpen(file);
        } catch (IOException e) {
            // Not the exception's own text: of bytes that are no characters it may tell.
            Problem problem = new Problem(0, "cannot be read: " + e.getClass().getSimpleName());
            throw new QmgrConfigurationException(file.toString(), problem, e);
        }
        if (!reader.problems.isEmpty()) {
            throw new QmgrConfigurationException(file.toString(), reader.problems);
        }
        return new PasswordTable(reader.logins);
    }

    private void readLine(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            problems.add(new Problem(number, "found something else, allowed: " + ALLOWED));
            return;
        }
        String key = matcher.group(1).toLowerCase(Locale.ROOT);
        Optional.ofNullable(lines.putIfAbsent(key, number))
                .ifPresent(earlier -> problems.add(repeated(number, key, earlier)));
        logins.put(key, new PasswordTable.Login(matcher.group(2), matcher.group(3)));
    }

    private static Problem repeated(int number, String key, int earlier) {
        return new Problem(
                number,
                "%s is already in line %d, allowed: only one of them"
                        .formatted(Shown.plain(key), earlier));
    }

    private static void warnIfOpen(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
            LOGGER.warn(
                    "{}: passwords that everybody on this machine may read; advised: mode 0600",
                    file);
        }
    }
}
