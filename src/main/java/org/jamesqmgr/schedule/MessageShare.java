/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/** The entries that one message has at one destination: it counts there once while any is left. */
final class MessageShare {

    private final DestinationQueue destination;
    private int entries;

    MessageShare(DestinationQueue destination) {
        this.destination = destination;
    }

    DestinationQueue destination() {
        return destination;
    }

    void entryCame() {
        if (entries == 0) {
            destination.messageCame();
        }
        entries++;
    }

    /** It was delivered, or suspended: a dead destination needs no share. */
    void entryLeft() {
        entries--;
        if (entries == 0) {
            destination.messageLeft();
        }
    }
}
