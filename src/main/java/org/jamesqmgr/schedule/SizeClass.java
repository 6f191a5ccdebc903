/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

/**
 * Messages of about the same size, counted in entries of one transport. Smaller ones may overtake
 * larger ones. Each class begins at fifteen times the one before: Postfix's smallest message that
 * may be overtaken ({@code minimum_delivery_slots} times {@code delivery_slot_cost}), and so on.
 */
enum SizeClass {
    SMALL(0),
    MEDIUM(15),
    LARGE(15 * 15),
    HUGE(15 * 15 * 15);

    private final int least;

    SizeClass(int least) {
        this.least = least;
    }

    static SizeClass of(int entries) {
        SizeClass result = SMALL;
        for (SizeClass candidate : values()) {
            result = entries >= candidate.least ? candidate : result;
        }
        return result;
    }
}
