/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

/**
 * How a journal is divided.
 *
 * @param block bytes that are written together: a message takes whole ones
 * @param most how many it may have for messages
 */
record JournalShape(int block, int most) {

    /** Blocks as those of file systems; room for the messages of some seconds at full speed, in 32 MB. */
    static final JournalShape USUAL = new JournalShape(4096, 8192);

    static final int LEAST_BLOCK = 128;
    static final int LARGEST_BLOCK = 1 << 16;
    private static final int MOST_BLOCKS = 1 << 20;

    boolean possible() {
        return block >= LEAST_BLOCK && block <= LARGEST_BLOCK && most >= 1 && most <= MOST_BLOCKS;
    }

    /** How many blocks a record gets: with room for what is appended to the copy of a small message. */
    int blocksWithRoom(int size) {
        return blocks(size + block / 2);
    }

    /** How many blocks so many bytes take. */
    int blocks(int size) {
        return (size + block - 1) / block;
    }
}
