/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.bounce.TemplateException;

/** Reads the file that {@code bounce_template_file} names, in UTF-8. */
public final class TemplateFileReader {

    private TemplateFileReader() {}

    /**
     * The words of reports.
     *
     * @throws QmgrConfigurationException if the file cannot be read, or holds what reports cannot be made of; with a line
     *     for each problem
     */
    public static ReportTemplates read(Path file) throws QmgrConfigurationException {
        try {
            return ReportTemplates.parse(Files.readString(file));
        } catch (TemplateException e) {
            throw new QmgrConfigurationException(
                    file.toString(),
                    e.problems().stream()
                            .map(problem -> new Problem(problem.line(), problem.text()))
                            .toList());
        } catch (IOException e) {
            throw new QmgrConfigurationException(file.toString(), new Problem(0, reason(e)), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof CharacterCodingException) {
            return "cannot be read: not UTF-8";
        }
        return "cannot be read: "
                + (e instanceof AccessDeniedException ? "permission denied" : e.toString());
    }
}
