/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

/** Whether the SMTP agent encrypts: the values of {@code smtp_tls_security_level}. */
public enum TlsLevel {
    NONE,
    /** If the other server offers it. */
    MAY,
    /** Or not at all. */
    ENCRYPT
}
