/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;

/** One row of {@code qshape}. */
public interface ShapeRow {

    /** A domain in lower case, or a reason; {@code TOTAL} and an empty name for what is no single one. */
    String getName();

    long getTotal();

    /** One for each age bucket. */
    List<Long> getCounts();
}
