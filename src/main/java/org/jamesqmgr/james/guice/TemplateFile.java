/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.james.guice;

import com.google.inject.ProvisionException;
import java.io.FileNotFoundException;
import javax.inject.Inject;
import javax.inject.Provider;
import org.apache.james.filesystem.api.FileSystem;
import org.jamesqmgr.bounce.ReportSettings;
import org.jamesqmgr.bounce.ReportTemplates;
import org.jamesqmgr.config.QmgrConfigurationException;
import org.jamesqmgr.config.TemplateFileReader;

/** The words of reports: those of {@code bounce_template_file}, or our own. */
final class TemplateFile implements Provider<ReportTemplates> {

    private final ReportSettings settings;
    private final FileSystem files;

    @Inject
    TemplateFile(ReportSettings settings, FileSystem files) {
        this.settings = settings;
        this.files = files;
    }

    /**
     * @throws ProvisionException if there is no such file or reports cannot be made of it; the log says why, with a line
     *     for each problem
     */
    @Override
    public ReportTemplates get() {
        if (settings.templateFile().isEmpty()) {
            return ReportTemplates.standard();
        }
        try {
            return TemplateFileReader.read(files.getFile(settings.templateFile()).toPath());
        } catch (QmgrConfigurationException e) {
            e.problems().forEach(problem -> QmgrModule.refuse(described(problem)));
            throw new ProvisionException(described(e.getMessage()), e);
        } catch (FileNotFoundException e) {
            QmgrModule.refuse(described(e.getMessage()));
            throw new ProvisionException(described(e.getMessage()), e);
        }
    }

    private static String described(String problem) {
        return "bounce_template_file: " + problem;
    }
}
