/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/** An entry that has not ended. */
final class OpenEntry {

    /** Who has it. */
    private enum Place {
        WAITING,
        DELIVERING,
        SUSPENDED
    }

    private final QueueEntry entry;
    private final OpenMessage message;
    private final MessageShare share;
    private final SizeClass sizeClass;
    private Place place = Place.WAITING;

    OpenEntry(QueueEntry entry, OpenMessage message, MessageShare share, SizeClass sizeClass) {
        this.entry = entry;
        this.message = message;
        this.share = share;
        this.sizeClass = sizeClass;
    }

    QueueEntry entry() {
        return entry;
    }

    OpenMessage message() {
        return message;
    }

    MessageShare share() {
        return share;
    }

    DestinationQueue destination() {
        return share.destination();
    }

    SizeClass sizeClass() {
        return sizeClass;
    }

    boolean delivering() {
        return place == Place.DELIVERING;
    }

    boolean waiting() {
        return place == Place.WAITING;
    }

    void deliver() {
        leave(Place.DELIVERING);
    }

    void suspend() {
        leave(Place.SUSPENDED);
    }

    private void leave(Place next) {
        if (place != Place.WAITING) {
            throw new IllegalStateException(entry + " is not waiting but " + place);
        }
        place = next;
    }
}
