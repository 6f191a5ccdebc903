/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

/** Takes what an administrator has to change. */
@FunctionalInterface
interface Report {
    void problem(XmlElement element, String text);
}
