/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.benchmark;

/** Sizes of messages, as JMH's parameters want them. */
final class Sizes {

    static final String SMALL = "4096";
    static final String LARGE = "1048576";

    private Sizes() {}
}
