/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.jmx;

import java.util.List;

/** What {@code qshape} shows. */
public interface ShapeTable {

    /** Everything together. */
    ShapeRow getTotal();

    /** By total, the largest first, then the shorter name. */
    List<ShapeRow> getRows();

    /** What those have that are not listed. */
    ShapeRow getRest();
}
