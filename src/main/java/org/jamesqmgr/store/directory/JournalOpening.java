/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.io.IOException;
import java.nio.file.Path;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.codec.DamagedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the journal of a queue directory, whatever state it is in, or says what to do. */
final class JournalOpening {

    private static final Logger LOGGER = LoggerFactory.getLogger(JournalOpening.class);

    private JournalOpening() {}

    /**
     * Opens it; a damaged one is set aside, and mail flows.
     *
     * @throws MessageStoreException if the start must wait until a person has seen to it
     */
    static Journal open(Layout layout, FileOperations files)
            throws IOException, MessageStoreException {
        try {
            return openOrSetAside(layout, files);
        } catch (NewerFormatException e) {
            throw new MessageStoreException(
                    "the queue directory "
                            + layout.root()
                            + " has "
                            + e.getMessage()
                            + ": start the newer server that wrote it, and let it deliver the mail");
        } catch (IOException e) {
            throw new MessageStoreException(
                    layout.journal()
                            + " cannot be read: "
                            + e.getMessage()
                            + ". If that does not pass, move it away; mail that was on its way through"
                            + " when the server died is missing then",
                    e);
        }
    }

    private static Journal openOrSetAside(Layout layout, FileOperations files) throws IOException {
        try {
            return Journal.open(files, layout.journal(), JournalShape.USUAL);
        } catch (DamagedMessageException e) {
            Path aside = free(layout.damagedJournal(), files);
            files.move(layout.journal(), aside);
            LOGGER.error(
                    "{}: {}; it is now {}. Mail that was on its way through when the server died is"
                            + " missing, unless it was a file already",
                    layout.journal(),
                    e.getMessage(),
                    aside);
            return Journal.open(files, layout.journal(), JournalShape.USUAL);
        }
    }

    private static Path free(Path wanted, FileOperations files) {
        Path path = wanted;
        for (int copy = 2; files.exists(path); copy++) {
            path = wanted.resolveSibling(wanted.getFileName() + "." + copy);
        }
        return path;
    }
}
